import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { endStrays } from './strays.ts'

test.runIf(process.platform === 'linux')('ends what has the folder in its environment, and nothing else', async () => {
  const folder = `/tmp/backlot-strays-${process.pid}`
  const start = (TMPDIR: string) =>
    spawn('sleep', ['60'], { env: { PATH: process.env.PATH, TMPDIR }, detached: true, stdio: 'ignore' })
  const [own, inside, other] = [start(folder), start(`${folder}/x`), start(`${folder}-other`)]
  const ended = Promise.all([once(own, 'exit'), once(inside, 'exit')])
  await endStrays(folder)
  expect(await ended).toEqual([
    [null, 'SIGKILL'],
    [null, 'SIGKILL'],
  ])
  expect(other.exitCode).toBe(null)
  expect(other.signalCode).toBe(null)
  other.kill('SIGKILL')
})
