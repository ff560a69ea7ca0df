import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from '@backlot/blender/run-program'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInstallation, type Installation } from './src/installation.ts'
import { findOpenjd } from './src/openjd-cli.ts'
import { type SceneMaker, startSceneMaker } from './src/scenes.ts'

/** A job that was exported renders the same frames with the reference implementation of Open Job Description. */
let openjd: string
let scenes: SceneMaker
let site: Installation
let scene: string
beforeAll(async () => {
  openjd = await findOpenjd()
  scenes = await startSceneMaker()
  scene = await scenes.make('project', { folder: join(scenes.folder, 'film'), frames: 3 })
  site = await createInstallation()
})
afterAll(async () => {
  await site?.remove()
  await scenes?.remove()
})

async function submitAndExport(name: string, args: readonly string[], ...more: readonly string[]) {
  const own = join(site.folder, name)
  const submitted = ['submit', scene, '--name', '{{ not a format }}', ...args, '--no-video', '--download', own]
  const { jobId } = await site.json<{ jobId: string }>(submitted)
  const to = join(site.folder, `${name}-openjd`)
  const exported = await site.json<{ template: string; frames: number; tasks: number }>([
    'job',
    'export',
    jobId,
    '--openjd',
    '--to',
    to,
    ...more,
  ])
  return { own, to, ...exported }
}

const run = (args: readonly string[]) => runProgram(openjd, args, { timeoutMs: 240_000 })

describe.each(['project', 'zip'])('a job that was submitted by %s', (mode) => {
  it('is checked and rendered by the openjd CLI, to the same frames', async () => {
    const args = ['--mode', mode, '--frames', '1-3']
    const { own, to, template, ...counts } = await submitAndExport(mode, args, '--frames-per-task', '2')
    expect(counts).toMatchObject({ frames: 3, tasks: 2 })
    const checked = await run(['check', template])
    expect(checked.code, checked.stdout + checked.stderr).toBe(0)
    const done = await run(['run', template, '--step', 'Render', '-p', `Blender=${scenes.blender.path}`])
    expect(done.code, done.stdout.slice(-4000) + done.stderr).toBe(0)
    expect(done.stdout).toContain('Frame 3:')
    const names = (await readdir(own)).filter((name) => /^\d{4}\.png$/.test(name))
    expect(names).toHaveLength(3)
    expect((await readdir(join(to, 'output'))).toSorted()).toEqual(names.toSorted())
    for (const name of names) {
      const { worst } = await scenes.run<{ worst: number }>('test_picture_difference', {
        one: join(own, name),
        other: join(to, 'output', name),
      })
      expect(worst, name).toBe(0)
    }
  })
})

it('says what is wrong with a Blender that is too old, and fails', async () => {
  const { to, template } = await submitAndExport('old', ['--frames', '1'])
  const path = join(to, 'runtime', 'job.json')
  const job = JSON.parse(await readFile(path, 'utf8')) as { fileVersion: number }
  await writeFile(path, JSON.stringify({ ...job, fileVersion: 9900 }))
  const done = await run(['run', template, '--step', 'Render', '-p', `Blender=${scenes.blender.path}`])
  expect(done.code).not.toBe(0)
  expect(done.stdout).toContain('too old')
  const again = await site.run(['job', 'export', 'x', '--openjd'])
  expect(again.code).toBe(4)
})
