import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startGroup } from './process-group.ts'

/** A Node process that starts a grandchild, prints its id, and optionally ignores SIGTERM. */
const parentOfOne = (stubborn: boolean) => `
  const { spawn } = require('node:child_process')
  const grandchild = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  ${stubborn ? "process.on('SIGTERM', () => {})" : ''}
  console.log(grandchild.pid)
  setInterval(() => {}, 1000)`

async function start(stubborn: boolean) {
  const group = await startGroup(process.execPath, ['-e', parentOfOne(stubborn)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(group.child.stdout!, 'data')) as [Buffer]
  return { group, grandchild: Number(line.toString()) }
}

/** False for a zombie too: in a container without an init nobody collects an orphan. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

test.skipIf(process.platform === 'win32')('ending a group ends the grandchildren too', async () => {
  const { group, grandchild } = await start(false)
  expect(lives(grandchild)).toBe(true)
  expect(await group.end()).toEqual({ code: null, signal: 'SIGTERM' })
  expect(lives(grandchild)).toBe(false)
})

test.skipIf(process.platform === 'win32')('what ignores the request is killed after the grace period', async () => {
  const { group, grandchild } = await start(true)
  const started = Date.now()
  expect(await group.end({ graceMs: 200 })).toEqual({ code: null, signal: 'SIGKILL' })
  expect(Date.now() - started).toBeGreaterThanOrEqual(190)
  expect(lives(grandchild)).toBe(false)
})

test('ending a group twice, and one that has ended, is fine', async () => {
  const group = await startGroup(process.execPath, ['-e', ''])
  expect(await group.exited).toEqual({ code: 0, signal: null })
  expect(await group.end()).toEqual({ code: 0, signal: null })
  expect(await group.end()).toEqual({ code: 0, signal: null })
})

test('a program that does not exist is an error', async () => {
  await expect(startGroup('/does/not/exist', [])).rejects.toMatchObject({ code: 'ENOENT' })
})
