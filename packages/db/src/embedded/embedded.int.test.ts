import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sleep } from '@backlot/base/wait'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { withClient } from '../provision.ts'
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbedded } from './embedded.ts'
import { isAlive } from './postmaster.ts'

/** One for all tests: making a cluster takes a second. */
let dataFolder: string
const started: EmbeddedPostgres[] = []
beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'backlot-pg-'))
})
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop()
})
afterAll(() => rm(dataFolder, { recursive: true, force: true }))

async function start(more: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({ dataFolder, password: 'of the superuser', ...more })
  started.push(server)
  return server
}

async function ask(server: EmbeddedPostgres, text: string): Promise<Record<string, unknown>[]> {
  const { host, port, user, password } = server
  return withClient(
    { host, port, user, password, database: 'postgres' },
    async (client) => (await client.query(text)).rows,
  )
}

describe('startEmbedded', () => {
  it('makes a cluster, keeps its data over a restart, and leaves nothing running', async () => {
    const first = await start()
    expect(first).toMatchObject({ created: true, adopted: false })
    await ask(first, 'create table kept as select 42 as answer')
    expect(
      await ask(first, "select current_setting('server_encoding') as e, current_setting('synchronous_commit') as s"),
    ).toEqual([{ e: 'UTF8', s: 'on' }])
    await first.stop()
    expect(isAlive(first.pid)).toBe(false)
    const second = await start({ port: first.port })
    expect(second).toMatchObject({ created: false, adopted: false, port: first.port })
    expect(await ask(second, 'select * from kept')).toEqual([{ answer: 42 }])
  })

  it('lets nobody in without the password, neither over TCP nor over the socket', async () => {
    const { host, port, socketFolder, user } = await start()
    for (const where of [host, ...(socketFolder ? [socketFolder] : [])]) {
      const attempt = withClient({ host: where, port, user, password: 'wrong', database: 'postgres' }, async () => {})
      await expect(attempt).rejects.toMatchObject({ code: '28P01' })
    }
    expect((await stat(join(dataFolder, 'postgres'))).mode & 0o077).toBe(0)
  })

  it('adopts the server of a supervisor that was killed', async () => {
    const script = `
      const { startEmbedded } = await import(${JSON.stringify(join(import.meta.dirname, 'embedded.ts'))})
      const { pid } = await startEmbedded({ dataFolder: process.argv[1], password: 'of the superuser' })
      console.log(pid)
      setInterval(() => {}, 1000)`
    const supervisor = spawn(process.execPath, ['--input-type=module', '-e', script, dataFolder])
    const [line] = (await once(supervisor.stdout, 'data')) as [Buffer]
    supervisor.kill('SIGKILL')
    await once(supervisor, 'exit')

    const server = await start()
    expect(server).toMatchObject({ adopted: true, pid: Number(line) })
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
    expect(isAlive(server.pid)).toBe(false)
  })

  it('starts beside a stale pid file, also when another process has that id now', async () => {
    const first = await start()
    const pidFile = join(dataFolder, 'postgres', 'postmaster.pid')
    const text = await readFile(pidFile, 'utf8')
    await first.stop()
    await writeFile(pidFile, text.replace(/^\d+/, String(process.pid)))
    const second = await start()
    expect(second.adopted).toBe(false)
    expect(await ask(second, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('tells when the server dies, and recovers what was committed', async () => {
    const { promise: reason, resolve } = Promise.withResolvers<string>()
    const first = await start({ onExit: resolve })
    await ask(first, 'create table committed as select 42 as answer')
    process.kill(first.pid, 'SIGKILL')
    expect(await reason).toContain('SIGKILL')
    const second = await start()
    expect(await ask(second, 'select * from committed')).toEqual([{ answer: 42 }])
  })

  it('does not call an ordered stop a death, and may be stopped twice', async () => {
    let deaths = 0
    const server = await start({ onExit: () => deaths++ })
    await Promise.all([server.stop(), server.stop()])
    await sleep(50)
    expect(deaths).toBe(0)
  })

  it('ends sessions that are open when it stops', async () => {
    const server = await start()
    const { host, port, user, password } = server
    const connected = Promise.withResolvers<void>()
    const session = withClient({ host, port, user, password, database: 'postgres' }, (client) => {
      connected.resolve()
      return client.query('select pg_sleep(60)')
    })
    await Promise.all([
      expect(session).rejects.toThrow('erminat'), // ours: terminating connection; of the driver: Connection terminated
      connected.promise.then(() => server.stop()),
    ])
  })

  it('says what the server said when it does not start', async () => {
    const server = await start()
    await server.stop()
    const control = join(dataFolder, 'postgres', 'global', 'pg_control')
    await rename(control, `${control}.away`)
    await expect(start()).rejects.toMatchObject({
      code: 'database.start_failed',
      details: { output: expect.stringContaining('pg_control') },
    })
    await rename(`${control}.away`, control)
  })

  it.runIf(process.getuid?.() === 0)(
    'puts the cluster where its user can reach it when root keeps data in its home',
    async () => {
      const closed = await mkdtemp(join(homedir(), '.backlot-test-'))
      const notes: string[] = []
      const server = await startEmbedded({ dataFolder: closed, password: 'x', note: (line) => notes.push(line) })
      try {
        expect(await readlink(join(closed, 'postgres'))).toBe(server.cluster)
        expect(notes.join('\n')).toContain(dirname(server.cluster))
        expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
      } finally {
        await server.stop()
        await rm(dirname(server.cluster), { recursive: true })
        await rm(closed, { recursive: true })
      }
      expect(isAlive(server.pid)).toBe(false)
    },
  )
})
