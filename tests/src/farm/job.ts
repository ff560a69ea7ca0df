import { randomUUID } from 'node:crypto'
import type { Person } from '@backlot/contract/handler'
import { type SubmissionInput, submission } from '@backlot/contract/schemas/jobs'
import { someBlob } from './blobs.ts'
import type { Server } from './server.ts'
import { by } from './tenant.ts'

export function aSubmission(changes: Partial<SubmissionInput> = {}) {
  return submission.parse({
    version: 1,
    submissionId: randomUUID(),
    name: 'scene',
    treeId: someBlob,
    frames: '1-4',
    chunk: 1,
    fileVersion: 405,
    render: { blendPath: 'scene.blend' },
    contactSheet: false,
    ...changes,
  })
}

/** A job as one person sees it, through the handlers of the API. */
export class Job {
  readonly jobId: string
  readonly person: Person
  readonly #server: Server

  constructor(server: Server, person: Person, jobId: string) {
    this.#server = server
    this.person = person
    this.jobId = jobId
  }

  static async submit(server: Server, person: Person, changes: Partial<SubmissionInput> = {}): Promise<Job> {
    const input = { body: aSubmission(changes), params: undefined, query: undefined }
    const { jobId } = await server.pipeline.routes.submitJob(input, by(person))
    return new Job(server, person, jobId)
  }

  get #input() {
    return { params: { jobId: this.jobId }, query: undefined, body: undefined }
  }

  show = () => this.#server.pipeline.routes.showJob(this.#input, by(this.person))
  cancel = () => this.#server.pipeline.routes.cancelJob(this.#input, by(this.person))
  pause = () => this.#server.pipeline.routes.pauseJob(this.#input, by(this.person))
  change = (body: { priority?: number; maxRunning?: number | null }) =>
    this.#server.pipeline.routes.changeJob({ ...this.#input, body }, by(this.person))
  finish = () => this.#server.pipeline.routes.finishJob(this.#input, by(this.person))
  continue = (samples: number) =>
    this.#server.pipeline.routes.continueJob({ ...this.#input, body: { samples } }, by(this.person))
  approve = () => this.#server.pipeline.routes.approveJob(this.#input, by(this.person))
  resume = () => this.#server.pipeline.routes.resumeJob(this.#input, by(this.person))
  remove = () => this.#server.pipeline.routes.deleteJob(this.#input, by(this.person))
  why = () => this.#server.pipeline.routes.whyJob(this.#input, by(this.person))
  outputs = async () => (await this.#server.pipeline.routes.listOutputs(this.#input, by(this.person))).items

  requeue = (body: { all?: boolean; frames?: number[] } = {}) =>
    this.#server.pipeline.routes.requeueJob({ ...this.#input, body: { all: false, ...body } }, by(this.person))

  frames = (query: { cursor?: string; from?: number; limit?: number } = {}) =>
    this.#server.pipeline.routes.listFrames({ ...this.#input, query: { limit: 500, ...query } }, by(this.person))

  tasks = (query: { cursor?: string; limit?: number } = {}) =>
    this.#server.pipeline.routes.listTasks({ ...this.#input, query: { limit: 50, ...query } }, by(this.person))

  events = async () =>
    (await this.#server.pipeline.routes.listEvents({ ...this.#input, query: { limit: 500 } }, by(this.person))).items

  logs = async (query: { after?: number; before?: number; limit?: number } = {}) => {
    const input = { ...this.#input, query: { after: 0, limit: 500, ...query } }
    return (await this.#server.pipeline.routes.listLogs(input, by(this.person))).items
  }

  state = async () => (await this.show()).state
  /** `render_frames completed, contact_sheet pending` without the client's own steps. */
  steps = async () => (await this.show()).document.steps.map(({ name, status }) => `${name} ${status}`).join(', ')
}
