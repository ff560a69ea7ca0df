import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInstallation, type Installation } from './src/installation.ts'
import { type SceneMaker, startSceneMaker } from './src/scenes.ts'

interface Ended {
  state: string
  jobId: string
  frames: { frame: number; path: string; sha256: string; renderSeconds: number }[]
  outputs: { kind: string; path: string }[]
  uploaded: { files: number; bytes: number; skippedFiles: number; skippedBytes: number }
}

let scenes: SceneMaker
let site: Installation
let scene: string
beforeAll(async () => {
  scenes = await startSceneMaker()
  site = await createInstallation()
  scene = await scenes.make('project', { folder: join(scenes.folder, 'film'), frames: 3 })
})
afterAll(async () => {
  await site?.remove()
  await scenes?.remove()
})

async function submit(args: readonly string[]): Promise<Ended> {
  const { stdout, stderr, code } = await site.run(['submit', scene, ...args, '--json'])
  expect(code, stderr + stdout).toBe(0)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Ended
}

describe('the main job', () => {
  it('turns a project with a texture, a sequence, tiles and a library into verified frames', async () => {
    const folder = join(site.folder, 'out')
    const ended = await submit(['--follow', '--download', folder])
    expect(ended.state).toBe('completed')
    expect(ended.uploaded).toMatchObject({ files: 10, skippedFiles: 1 }) // the two tiles are equal
    expect(ended.frames.map(({ frame }) => frame)).toEqual([1, 2, 3])
    for (const { path, sha256 } of ended.frames) {
      expect(
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      ).toBe(sha256)
    }
    expect(ended.outputs.map(({ kind }) => kind).toSorted()).toEqual(['contact_sheet', 'video'])
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.includes('.'))
    expect(names.filter((name) => /tmp|part/.test(name))).toEqual([])
    expect(names).toHaveLength(5)
    expect(await site.json(['report'])).toMatchObject({
      kind: 'download',
      state: 'done',
      subject: { jobId: ended.jobId, folder },
      totals: { received: { files: 5 } },
    })
  })

  it('renders the same from an archive', async () => {
    const [project, zip] = [join(site.folder, 'by-project'), join(site.folder, 'by-zip')]
    await submit(['--frames', '2', '--follow', '--download', project])
    const ended = await submit(['--frames', '2', '--mode', 'zip', '--follow', '--download', zip])
    expect(ended.uploaded.files).toBe(1)
    const pictures = await Promise.all([project, zip].map(async (folder) => imageData(join(folder, '0002.png'))))
    expect(pictures[0]).toEqual(pictures[1])
  })

  it('sends nothing again when nothing changed', async () => {
    const again = await submit(['--frames', '2', '--follow'])
    expect(again.state).toBe('completed')
    expect(again.uploaded.skippedFiles).toBe(again.uploaded.files)
  })

  it('keeps a report of the submission', async () => {
    const report = await site.json<{ path: string }>(['report', 'LATEST'])
    expect(report.path).toMatch(/\.json$/)
    expect(report).toMatchObject({
      kind: 'submission',
      state: 'done',
      environment: { server: site.url, backlot: expect.any(String), serverVersion: expect.any(String) },
      totals: { skipped: { files: 10 } },
      stages: [
        { name: 'preflight', result: { scene: expect.any(String), roundTripSeconds: expect.any(Number) } },
        { name: 'trace', result: { missing: 0 } },
        { name: 'pack', result: { files: 10 } },
        { name: 'upload', result: { sentFiles: 0, skippedFiles: 10 } },
        { name: 'register' },
      ],
    })
    const { stdout } = await site.run(['report'])
    for (const stage of ['preflight', 'trace', 'pack', 'upload', 'register']) expect(stdout).toContain(stage)
  })

  it('answers about jobs', async () => {
    const { jobs } = await site.json<{ jobs: { jobId: string; state: string }[] }>(['jobs', '--state', 'completed'])
    expect(jobs.length).toBeGreaterThanOrEqual(2)
    const shown = await site.json<{
      state: string
      steps: { name: string; status: string }[]
      tasks: Record<string, number>
    }>(['job', 'show', jobs[0]?.jobId ?? ''])
    expect(shown.state).toBe('completed')
    expect(shown.steps.map(({ status }) => status)).not.toContain('failed')
    expect(shown.tasks.queued).toBe(0)
  })
})

/** The compressed pixels of a PNG: the rest of the file has the time of the render in it. */
async function imageData(path: string): Promise<Buffer> {
  const bytes = await readFile(path)
  const parts: Buffer[] = []
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at)
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  return Buffer.concat(parts)
}
