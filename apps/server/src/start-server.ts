import type { AddressInfo } from 'node:net'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '@backlot/base/node/make-folder'
import { CodedError, messageOf, systemCode } from '@backlot/base/errors'
import { writeFileAtomic, writeJson } from '@backlot/base/node/atomic-file'
import type { Logger } from '@backlot/base/node/logger'
import { Broker } from '@backlot/hub/broker'
import { serveHub } from '@backlot/hub/node/websocket-server'
import { compose, type Composition } from './compose.ts'
import type { Settings } from './environment.ts'
import { createHttpServer } from './http/create-server.ts'
import { serveEventStream } from './http/event-stream.ts'
import { createMetrics } from './http/metrics.ts'
import { ownOrigin } from './http/origin.ts'
import { serveOperations } from './http/operations.ts'
import { type Proxies, trustProxies } from './http/proxies.ts'
import { serveWebApp } from './http/web-app.ts'
import { keepDatabase } from './keep-database.ts'
import { lockFolder } from './one-per-folder.ts'

export interface RunningServer {
  /** What a supervisor needs to know, in one line. */
  announcement: { url: string; setupUrl?: string; workerToken: string }
  stop: () => Promise<void>
}

/** Expired leases and the like are looked for so often. Milliseconds. */
const sweepInterval = 1000
const tidyInterval = 3_600_000
const cleanUpInterval = 86_400_000

/** Starts everything in order, and takes it down in the reverse order when a part fails or when it is stopped. */
export async function startServer(settings: Settings, logger: Logger): Promise<RunningServer> {
  const { dataFolder } = settings
  const proxies = readProxies(settings)
  const isOwnOrigin = ownOrigin(settings.publicUrl, proxies)
  await using cleanUp = new AsyncDisposableStack()
  await makeFolder(dataFolder)
  const unlock = await lockFolder(dataFolder)
  cleanUp.defer(unlock)
  const { database, stop: stopDatabase } = await keepDatabase(settings, logger)
  cleanUp.defer(stopDatabase)

  let url = settings.publicUrl ?? ''
  const broker = new Broker()
  const metrics = createMetrics()
  const composition = await compose({ settings, logger, database, broker, publicUrl: () => url })
  cleanUp.defer(() => composition.close())

  const http = createHttpServer({
    handlers: composition.handlers,
    verifyCaller: composition.verifyCaller,
    limitRate: composition.limitRate,
    logger,
    metrics,
    proxies,
    isOwnOrigin,
  })
  serveEventStream(http, broker, composition.verifyCaller, proxies)
  serveOperations(http, { readiness: composition.readiness, metrics, metricsToken: settings.metricsToken })
  if (settings.webFolder !== undefined) await serveWebApp(http, settings.webFolder)
  const hub = serveHub(http.server, {
    broker,
    path: '/hub',
    authenticate: (request) =>
      composition.verifyCaller(request.headers as Record<string, string | undefined>, proxies.addressOf(request)),
    authenticateToken: (token, tenant) =>
      composition.verifyCaller(
        { authorization: `Bearer ${token}`, ...(tenant !== undefined && { 'backlot-tenant': tenant }) },
        '',
      ),
    isTrustedOrigin: isOwnOrigin,
  })
  metrics.gauge('backlot_hub_connections', 'Open hub connections.', () => hub.connections())
  cleanUp.defer(async () => {
    hub.close()
    await http.close()
  })

  // Before anybody can ask: who finds out that a setup is needed finds the token too.
  const setupToken = await offerSetup(composition, dataFolder)
  await listen(http, settings)
  const { port } = http.server.address() as AddressInfo
  url = settings.publicUrl ?? `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`
  cleanUp.use(regularly('sweep', sweepInterval, composition.sweep, logger))
  cleanUp.use(regularly('tidying', tidyInterval, composition.tidy, logger))
  cleanUp.use(regularly('clean-up of storage', cleanUpInterval, composition.cleanUp, logger))

  const serverFile = join(dataFolder, 'server.json')
  await writeJson(serverFile, { url, pid: process.pid })
  cleanUp.defer(() => rm(serverFile, { force: true }))
  const announcement = {
    url,
    ...(setupToken !== undefined && { setupUrl: `${url}/setup?token=${encodeURIComponent(setupToken)}` }),
    workerToken: await composition.createLocalWorkerToken(),
  }
  logger.info({ url }, 'ready')

  const running = cleanUp.move()
  return { announcement, stop: () => running.disposeAsync() }
}

function readProxies({ trustProxy }: Settings): Proxies {
  try {
    return trustProxies(trustProxy)
  } catch (cause) {
    throw new CodedError('cli.usage', `BACKLOT_TRUST_PROXY: ${messageOf(cause)}.`, { cause })
  }
}

/** While there is no administrator, a one-time token is kept where only the machine's owner can read it. */
async function offerSetup(composition: Composition, dataFolder: string): Promise<string | undefined> {
  const path = join(dataFolder, 'setup-token')
  if (!(await composition.setupNeeded())) {
    await rm(path, { force: true })
    return undefined
  }
  const token = await composition.createSetupToken()
  await writeFileAtomic(path, `${token}\n`, { mode: 0o600 })
  return token
}

async function listen(http: ReturnType<typeof createHttpServer>, { host, port }: Settings): Promise<void> {
  try {
    await http.listen({ host, port })
  } catch (error) {
    if (systemCode(error) === 'EADDRINUSE') {
      throw new CodedError('host.port_taken', `Port ${port} on ${host} is in use by another program.`, {
        details: { host, port },
        cause: error,
      })
    }
    if (systemCode(error) === 'EACCES') {
      throw new CodedError(
        'host.port_taken',
        `The system does not permit you to listen on port ${port}: below 1024 it wants an administrator.`,
        {
          details: { host, port },
          cause: error,
        },
      )
    }
    throw error
  }
}

/** Calls `work` again and again, never two at a time; a failure is logged and the next call comes all the same. */
function regularly(name: string, milliseconds: number, work: () => Promise<void>, logger: Logger): AsyncDisposable {
  let current: Promise<void> | undefined
  const timer = setInterval(() => {
    current ??= work()
      .catch((error: unknown) => logger.error({ err: error }, `${name} failed`))
      .finally(() => (current = undefined))
  }, milliseconds)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await current
    },
  }
}
