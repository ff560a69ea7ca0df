import { mkdtemp, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeJson } from '@backlot/base/node/atomic-file'
import { exampleSession } from '@backlot/sdk/testing/example-session'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect, findServer, localServer, sessionsOf } from './connection.ts'
import type { CliContext } from './context.ts'
import { captureOutput } from './testing/captured-output.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'backlot-connection-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

function contextWith(changes: Partial<CliContext>): CliContext {
  return {
    env: {},
    dataFolder: join(folder, 'data'),
    dataFolderIsNamed: false,
    cacheFolder: join(folder, 'cache'),
    configFolder: join(folder, 'config'),
    output: captureOutput(false).output,
    server: undefined,
    signal: new AbortController().signal,
    ...changes,
  }
}
const runHere = (pid: number) => writeJson(join(folder, 'data', 'server.json'), { url: 'http://127.0.0.1:7001', pid })

describe('which server is meant', () => {
  it('is the named one, else that of the last sign-in, else the one that runs here', async () => {
    const context = contextWith({})
    await expect(findServer(context)).rejects.toMatchObject({ code: 'cli.not_running' })
    await runHere(process.pid)
    expect(await findServer(context)).toBe('http://127.0.0.1:7001')
    await sessionsOf(context).write('http://studio.test', exampleSession({}))
    expect(await findServer(context)).toBe('http://studio.test')
    expect(await findServer(contextWith({ server: 'Other.test:8080/' }))).toBe('http://other.test:8080')
  })

  it('is the one that runs here when the one of the last sign-in was of this machine and is gone', async () => {
    const context = contextWith({})
    await runHere(process.pid)
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const before = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    await sessionsOf(context).write(before, exampleSession({}))
    expect(await findServer(context)).toBe(before)
    other.close()
    await once(other, 'close')
    expect(await findServer(context)).toBe('http://127.0.0.1:7001')
  })

  it('is the one of the folder that --data names, whoever was signed in to', async () => {
    const context = contextWith({ dataFolderIsNamed: true })
    await sessionsOf(context).write('http://studio.test', exampleSession({}))
    await expect(findServer(context)).rejects.toMatchObject({ code: 'cli.not_running' })
    await runHere(process.pid)
    expect(await findServer(context)).toBe('http://127.0.0.1:7001')
  })

  it('is not one that was killed and left its file behind', async () => {
    await runHere(2 ** 22 + 1) // above the largest process id of Linux
    expect(await localServer(join(folder, 'data'))).toBeUndefined()
  })
})

describe('who is meant', () => {
  it('is the holder of BACKLOT_TOKEN, else who is signed in', async () => {
    const server = 'http://studio.test'
    await expect(connect(contextWith({ server }))).rejects.toMatchObject({ code: 'auth.required' })
    expect((await connect(contextWith({ server, env: { BACKLOT_TOKEN: 'bkp_x' } }))).server).toBe(server)
    await expect(connect(contextWith({ server, env: { BACKLOT_TOKEN: '' } }))).rejects.toMatchObject({
      code: 'auth.required',
    })
    await sessionsOf(contextWith({})).write(server, exampleSession({}))
    expect((await connect(contextWith({ server }))).server).toBe(server)
  })
})
