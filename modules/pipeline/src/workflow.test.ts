import type { JobDocument } from '@backlot/contract/job-document'
import { submission } from '@backlot/contract/schemas/jobs'
import type { StepState } from '@backlot/contract/states'
import { describe, expect, it } from 'vitest'
import { newDocument, pendingStep } from './document.ts'
import { advance, documentSteps, planRequeue, planSteps } from './workflow.ts'

const now = new Date('2026-01-01T00:10:00Z')
const spans = [{ first: 1, last: 10, step: 1 }]
const aSubmission = submission.parse({
  version: 1,
  submissionId: '01890000-0000-7000-8000-000000000001',
  name: 'scene',
  treeId: 'a'.repeat(64),
  frames: '1-10',
  fileVersion: 405,
  tags: ['gpu'],
  notTags: ['slow'],
  memoryBytes: 2 ** 34,
  blender: '4.5',
  render: { blendPath: 'scene.blend' },
  videoFps: 25,
  stages: [
    { name: 'upload', seconds: 30 },
    { name: 'trace', seconds: 2, output: { files: 3 } },
  ],
})

function aDocument(render: StepState, sheet: StepState, video: StepState): JobDocument {
  const steps = [
    { ...pendingStep('trace'), status: 'completed' as const },
    { ...pendingStep('render_frames'), status: render },
    { ...pendingStep('contact_sheet'), status: sheet },
    { ...pendingStep('encode_video'), status: video },
  ]
  return { ...newDocument(steps, now), job_id: '01890000-0000-7000-8000-000000000000', state: 'running' }
}

const where = { tags: ['gpu'], anyTags: [], notTags: ['slow'] }

describe('the workflow of a submission', () => {
  it('renders first, then makes a contact sheet and a video of it', () => {
    const [render, sheet, video] = planSteps(aSubmission, spans)
    expect(render).toMatchObject({
      kind: 'render_frames',
      blocked: false,
      frames: { spans, order: 'linear', chunk: null, taskSeconds: 120, waitForApproval: false },
      requirement: { ...where, blender: '4.5', fileVersion: 405, memoryBytes: 2 ** 34, gpu: false },
    })
    expect(sheet).toMatchObject({ kind: 'contact_sheet', blocked: true, frames: null, parameters: { maxFrames: 24 } })
    expect(video).toMatchObject({ kind: 'encode_video', parameters: { fps: 25, quality: 'high' } })
    expect(sheet?.requirement).toEqual({ ...where, blender: null, fileVersion: 0, memoryBytes: 0, gpu: false }) // any Blender
    expect(planSteps({ ...aSubmission, contactSheet: false, videoFps: undefined }, spans)).toHaveLength(1)
  })

  it("lists the client's stages as done, one after the other until now", () => {
    const steps = documentSteps(aSubmission.stages, planSteps(aSubmission, spans), now)
    expect(steps.map(({ name, status, started_at }) => [name, status, started_at])).toEqual([
      ['trace', 'completed', '2026-01-01T00:09:28.000Z'],
      ['upload', 'completed', '2026-01-01T00:09:30.000Z'],
      ['render_frames', 'pending', null],
      ['contact_sheet', 'pending', null],
      ['encode_video', 'pending', null],
    ])
  })

  it.each([
    [['completed', 'pending', 'pending'], { unblock: ['contact_sheet', 'encode_video'], skip: [], end: undefined }],
    [['failed', 'pending', 'pending'], { unblock: [], skip: ['contact_sheet', 'encode_video'], end: 'failed' }],
    [['completed', 'completed', 'running'], { unblock: [], skip: [], end: undefined }],
    [['completed', 'completed', 'completed'], { unblock: [], skip: [], end: 'completed' }],
    [['completed', 'failed', 'completed'], { unblock: [], skip: [], end: 'failed' }],
  ] as const)('goes on from %j', (states, expected) => {
    const [render, sheet, video] = states
    expect(advance(aDocument(render, sheet, video))).toEqual(expected)
  })
})

describe('what is queued again', () => {
  const kinds = (document: JobDocument, what: Parameters<typeof planRequeue>[1]) =>
    planRequeue(document, what).map(({ kind, what, blocked, restart }) => [kind, what, blocked, restart])

  it('is what failed or was skipped; what is done stays', () => {
    expect(kinds(aDocument('failed', 'skipped', 'skipped'), 'unfinished')).toEqual([
      ['render_frames', 'unfinished', false, true],
      ['contact_sheet', 'all', true, true],
      ['encode_video', 'all', true, true],
    ])
    expect(kinds(aDocument('completed', 'failed', 'completed'), 'unfinished')).toEqual([
      ['contact_sheet', 'unfinished', false, true],
    ])
    expect(kinds(aDocument('completed', 'completed', 'completed'), 'unfinished')).toEqual([])
  })

  it('is only what failed of a render that still runs', () => {
    expect(kinds(aDocument('running', 'pending', 'pending'), 'unfinished')).toEqual([
      ['render_frames', 'unfinished', false, false],
    ])
  })

  it('is everything that is made from frames that are done again', () => {
    const frames = { frames: [3] }
    expect(kinds(aDocument('completed', 'completed', 'completed'), frames)).toEqual([
      ['render_frames', frames, false, true],
      ['contact_sheet', 'all', true, true],
      ['encode_video', 'all', true, true],
    ])
  })
})
