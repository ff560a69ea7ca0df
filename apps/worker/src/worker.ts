import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '@backlot/base/node/make-folder'
import type { Logger } from '@backlot/base/node/logger'
import { endStrays } from '@backlot/blender/strays'
import { topicName, topics } from '@backlot/contract/hub-topics'
import { connectHub } from '@backlot/hub/client'
import { BlenderRack } from './blender-rack.ts'
import { capabilities } from './capabilities.ts'
import type { WorkerEnvironment } from './environment.ts'
import { spaceOf } from './disk.ts'
import { Files } from './files.ts'
import { openLink } from './server/link.ts'
import { persist } from './server/patience.ts'
import { Supervisor } from './supervisor.ts'
import { renderTest } from './test-render.ts'

export interface RunningWorker {
  workerId: string
  /** Finishes what it holds within so many seconds, gives back the rest, and ends. May be called again with fewer. */
  drain: (seconds: number) => Promise<void>
}

export interface WorkerOptions {
  environment: WorkerEnvironment
  /** Of this process: where Blenders are looked for. */
  env: Readonly<Record<string, string | undefined>>
  log: Logger
  /** Ends the waiting for a server that is not there yet. */
  signal: AbortSignal
  /** The server does not know this worker any more: it can't go on. */
  onRefused: (error: unknown) => void
}

/** Starts a worker: finds the Blenders, comes online, and works. Throws `auth.worker_token_invalid`. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { environment, env, log, signal, onRefused } = options
  const { server, joinToken, dataFolder } = environment
  await makeFolder(dataFolder)
  const tempFolder = join(dataFolder, 'temp')
  // What a worker that was killed left behind: programs that its scenes started, and their files.
  await endStrays(tempFolder)
  await rm(tempFolder, { recursive: true, force: true })
  const rack = new BlenderRack({
    env,
    cacheFolder: environment.cacheFolder,
    dataFolder,
    tempFolder,
    mayInstall: environment.mayInstall,
    network: environment.network,
    onChange: () => void sayHello(),
    log,
  })
  await rack.find()
  let probe: Awaited<ReturnType<typeof rack.probe>>
  const hello = () => capabilities(environment, rack.blenders, probe)
  let told = false
  const link = await openLink(
    { server, joinToken, path: join(dataFolder, 'credential.json'), hello: hello() },
    hello(),
    {
      signal,
      onRetry: (error, attempt) => {
        if (!told) log.warn({ err: error, attempt }, 'waiting for the server')
        told = true
      },
    },
  )
  const { workerId } = link
  log.info({ workerId, server, name: environment.name, slots: environment.slots }, 'online')
  const ending = new AbortController()
  async function sayHello(): Promise<void> {
    // After its good-bye it would be online again for everybody, until it is missed.
    if (ending.signal.aborted) return
    await persist(() => link.client.workerHello({ body: hello() }), { signal: ending.signal }).catch(
      (error: unknown) => {
        if (!ending.signal.aborted) log.warn({ err: error }, 'the server could not be told what this worker can do')
      },
    )
  }

  const blobFolder = join(environment.cacheFolder, 'worker-blobs')
  await makeFolder(blobFolder)
  const { reserve: keepFree } = await spaceOf(blobFolder)
  const supervisor = new Supervisor({
    link,
    rack,
    files: new Files({ folder: blobFolder, limitBytes: environment.cacheBytes, keepFree }),
    slots: environment.slots,
    dataFolder,
    memoryLimit: environment.memoryLimitBytes,
    recycleTasks: environment.recycleTasks,
    log,
    onRefused,
  })
  await supervisor.start()

  let testing: Promise<void> | undefined
  function test(): Promise<void> {
    testing ??= testOnce().finally(() => (testing = undefined))
    return testing
  }
  async function testOnce(): Promise<void> {
    const body = await renderTest(rack, join(dataFolder, 'test-render'), ending.signal)
    log[body.ok ? 'info' : 'warn'](body, 'test render')
    await persist(() => link.client.workerTested({ body }), { signal: ending.signal }).catch((error: unknown) =>
      log.warn({ err: error }, 'the server could not be told of a test render'),
    )
  }

  const hub = connectHub({ url: `${server.replace(/^http/, 'ws')}/hub`, token: link.token })
  hub.subscribe(topicName('agentWake', { workerId }), () => supervisor.wake())
  hub.subscribe(topicName('agentDrop', { workerId }), ({ payload }) => {
    const parsed = topics.agentDrop.payload.safeParse(payload)
    if (parsed.success) supervisor.drop(parsed.data.attempts)
  })
  hub.subscribe(topicName('agentTest', { workerId }), () => void test())
  hub.onState((state) => {
    if (state === 'online') supervisor.wake()
  })

  const renewCredential = () =>
    persist(() => link.renewCredential(), { signal: ending.signal }).catch((error: unknown) =>
      log.warn({ err: error }, 'the credential could not be renewed'),
    )
  void renewCredential()
  const renewing = setInterval(() => void renewCredential(), 86_400_000)

  // Asking the devices takes a second or more (kernels may be compiled): work need not wait for it.
  void rack.probe().then((found) => {
    probe = found
    if (found !== undefined) return sayHello()
  })

  return {
    workerId,
    async drain(seconds) {
      clearInterval(renewing)
      ending.abort()
      await testing
      await supervisor.drain(seconds)
      hub.close()
    },
  }
}
