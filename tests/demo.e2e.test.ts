import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { backlot, startBacklot } from './src/command.ts'
import { descendants, isAlive } from './src/processes.ts'
import { until } from './src/until.ts'

interface Demo {
  frames: { frame: number; path: string; sha256: string; renderSeconds: number }[]
  /** Null for a single frame. */
  video: string
  contactSheet: string
  totalSeconds: number
  blender: string
  url: string
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-demo-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function demo(frames: string): Promise<Demo> {
  const args = ['demo', '--frames', frames, '--json', '--data', folder]
  const { code, stdout, stderr } = await backlot(args, { timeout: 280_000 })
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as Demo
}

it('renders the sample project into frames, a contact sheet and a video', async () => {
  const made = await demo('1-2')
  expect(made.frames.map(({ frame }) => frame)).toEqual([1, 2])
  for (const { path, sha256 } of made.frames) {
    const file = await readFile(path)
    expect(createHash('sha256').update(file).digest('hex')).toBe(sha256)
    // Width and height of the PNG.
    expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([960, 540])
  }
  expect((await readFile(made.contactSheet)).subarray(1, 4).toString()).toBe('PNG')
  expect((await readFile(made.video)).subarray(4, 8).toString()).toBe('ftyp')
})

it('runs again in what it made, and --keep leaves it running until Ctrl-C', async () => {
  const args = ['demo', '--frames', '3', '--keep', '--data', folder]
  const kept = await startBacklot(args, { timeout: 280_000 })
  const again: Partial<Demo> = kept.first
  expect(again.frames?.map(({ frame }) => frame)).toEqual([3])
  expect([again.video, again.contactSheet]).toEqual([null, null])
  expect((await fetch(again.url ?? '')).status).toBe(200)
  const all = await descendants(kept.pid)
  expect(all.length).toBeGreaterThan(2)
  expect(await kept.end('SIGINT')).toBe(0)
  await until('everything has ended', async () => !all.some(({ pid }) => isAlive(pid)))
})
