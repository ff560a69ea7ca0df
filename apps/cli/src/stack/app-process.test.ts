import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sleep } from '@backlot/base/wait'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startApp } from './app-process.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'backlot-app-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const never = new AbortController().signal

/** Starts a program that stands for an app. */
async function start(program: string, signal: AbortSignal = never, readyTimeout = 10_000) {
  const entry = join(folder, 'app.mjs')
  await writeFile(entry, program)
  const logFile = join(folder, 'logs', 'app.log')
  return startApp({ name: 'app', entry, env: process.env, logFile, readyTimeout, startGrace: 5 }, signal)
}
const ready = `console.log(JSON.stringify({ ready: true, url: 'http://here' }));`

describe('an app', () => {
  it('is ready when it says so, logs to its file, and ends when its stdin closes', async () => {
    const app = await start(`console.error('{"msg":"hello"}'); process.on('SIGTERM', () => {})
      process.stdin.resume().on('end', () => process.exit(0)); ${ready}`)
    expect(app.ready).toMatchObject({ url: 'http://here' })
    await app.stop(5)
    expect(await app.exited).toEqual({ code: 0, signal: null })
    expect(await readFile(join(folder, 'logs', 'app.log'), 'utf8')).toContain('hello')
  })

  it('is ended by force when it does not end', async () => {
    const app = await start(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); ${ready}`)
    await app.stop(0.2)
    expect((await app.exited).signal).toBe('SIGKILL')
  })

  it('that can not start says why with its own code', async () => {
    const fatal = { level: 'fatal', code: 'host.port_taken', msg: 'Port 80 is in use.', details: { port: 80 } }
    const starting = start(`console.error(${JSON.stringify(JSON.stringify(fatal))}); process.exitCode = 1`)
    await expect(starting).rejects.toMatchObject({ code: 'host.port_taken', details: { port: 80 } })
  })

  it('that says nothing is given up and ended', async () => {
    const starting = start(`setInterval(() => {}, 1000)`, never, 300)
    await expect(starting).rejects.toMatchObject({ code: 'server.unavailable' })
  })

  it('is gone when the command is interrupted before it is ready', async () => {
    const interrupted = new AbortController()
    const mark = join(folder, 'ended')
    const starting = start(
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(`${mark}.begun`)}, '')
       process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(mark)}, 'in order'); process.exit(0) })
       setInterval(() => {}, 1000)`,
      interrupted.signal,
    )
    const reason = new Error('Ctrl-C')
    void exists(`${mark}.begun`).then(async () => {
      await sleep(50) // until the handler stands
      interrupted.abort(reason)
    })
    await expect(starting).rejects.toBe(reason)
    expect(await readFile(mark, 'utf8')).toBe('in order')
  })
})

async function exists(path: string): Promise<void> {
  while ((await stat(path).catch(() => undefined)) === undefined) await sleep(20)
}
