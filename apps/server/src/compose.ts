import { join } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import type { Logger } from '@backlot/base/node/logger'
import type { Caller } from '@backlot/contract/handler'
import { type TopicId, topicName, type TopicPayload } from '@backlot/contract/hub-topics'
import type { Database } from '@backlot/db/database'
import { createFarm, type Farm } from '@backlot/farm'
import type { Audience, Broker } from '@backlot/hub/broker'
import { createIdentity, type Identity, loadSecrets } from '@backlot/identity'
import { createPipeline, type Pipeline } from '@backlot/pipeline'
import { createStorage, openFileSystemDriver } from '@backlot/storage'
import { createTenancy, type Tenancy } from '@backlot/tenancy'
import type { Settings } from './environment.ts'
import type { AnyHandlers } from './http/create-server.ts'
import type { Operations } from './http/operations.ts'
import { remembered } from './remembered.ts'
import { checkReadiness } from './readiness.ts'
import { systemHandlers } from './system-routes.ts'

export interface CompositionOptions {
  settings: Settings
  logger: Logger
  database: Database
  broker: Broker
  /** Where people reach this server; known once it listens. */
  publicUrl: () => string
}

export interface Composition {
  handlers: AnyHandlers
  verifyCaller: (headers: Readonly<Record<string, string | undefined>>, address: string) => Promise<Caller>
  limitRate: Identity['limitRate']
  setupNeeded: Identity['setupNeeded']
  createSetupToken: Identity['createSetupToken']
  /** A join token for the worker that the supervisor starts beside this server. */
  createLocalWorkerToken: () => Promise<string>
  readiness: Operations['readiness']
  /** About once a second. */
  sweep: () => Promise<void>
  /** About once an hour: removes what has expired. */
  tidy: () => Promise<void>
  /** About once a day: removes files that no job refers to. */
  cleanUp: () => Promise<void>
  close: () => Promise<void>
}

/** A worker that the supervisor starts joins within this time, also on a slow machine. Seconds. */
const localTokenLifetime = 3600
/** What was uploaded or used within a week stays, whether a job refers to it or not. Seconds. */
const garbageGrace = 7 * 86_400

/** Anybody may ask whether the server is ready: a thousand at once are one question to the database. Milliseconds. */
const readinessAge = 1000

/** The one place that makes the modules and joins their ports. */
export async function compose(options: CompositionOptions): Promise<Composition> {
  const { settings, logger, database, broker, publicUrl } = options
  const clock = () => new Date()
  const publish = <Id extends TopicId>(
    audience: Audience,
    topic: Id,
    params: Record<string, string>,
    payload: TopicPayload<Id>,
  ) => broker.publish(audience, topicName(topic, params), payload)

  const driver = await openFileSystemDriver(join(settings.dataFolder, 'blobs'))
  const storage = createStorage({
    database,
    driver,
    ports: {
      treesOfJob: (tenantId, jobId) => farm.files.treesOfJob(tenantId, jobId),
      outputsOfJob: (tenantId, jobId, hashes) => farm.files.outputsOfJob(tenantId, jobId, hashes),
      liveFiles: (tenantId) => farm.files.liveFiles(tenantId),
    },
  })
  const identity: Identity = createIdentity({
    database,
    log: logger,
    clock,
    secrets: await loadSecrets(join(settings.dataFolder, 'secrets.json')),
    publicUrl,
    tenants: () => tenancy.directory,
    findAttempt: (attemptId, fence) => farm.findAttempt(attemptId, fence),
  })
  const tenancy: Tenancy = createTenancy({
    database,
    clock,
    people: () => identity.people,
    forgetUser: (userId) => identity.forgetUser(userId),
  })
  const farm: Farm = createFarm({
    database,
    log: logger,
    clock,
    publish,
    identity: identity.workers,
    missingBlobs: async (tenantId, hashes) => {
      const sizes = await storage.sizes(tenantId, hashes)
      return hashes.filter((hash) => !sizes.has(hash))
    },
    workflow: () => pipeline.workflow,
  })
  const pipeline: Pipeline = createPipeline({
    database,
    log: logger,
    clock,
    publish,
    farm: farm.work,
    jobUrl: (jobId) => `${publicUrl()}/jobs/${jobId}`,
    readFile: async (tenantId, sha256) => (await storage.read(tenantId, sha256)).content,
    treeExists: async (tenantId, treeId) => (await storage.useTree(tenantId, treeId)) !== undefined,
    async resolveProject(tenantId, projectId) {
      const project = await tenancy.findProject(tenantId, projectId)
      if (project === undefined)
        throw new CodedError('project.not_found', 'There is no such project.', { details: { projectId } })
      return project.id
    },
  })

  const readiness = remembered(readinessAge, () => checkReadiness({ database, driver }))
  return {
    handlers: {
      ...systemHandlers({ readiness, setupNeeded: () => identity.setupNeeded() }),
      ...identity.handlers,
      ...tenancy.handlers,
      ...storage.routes,
      ...pipeline.routes,
      ...farm.routes,
    } as AnyHandlers,
    verifyCaller: (headers, address) => identity.verifyCaller(headers, address),
    limitRate: (key, perMinute) => identity.limitRate(key, perMinute),
    setupNeeded: () => identity.setupNeeded(),
    createSetupToken: () => identity.createSetupToken(),
    createLocalWorkerToken: () =>
      identity.workers.createInstallationJoinToken({ name: 'local', lifetimeSeconds: localTokenLifetime }),
    readiness,
    sweep: async () => void (await farm.sweep()),
    tidy: () => identity.sweep(),
    cleanUp: async () =>
      logger.info(await storage.collectGarbage({ now: clock(), graceSeconds: garbageGrace }), 'storage was cleaned up'),
    async close() {
      await pipeline.close()
      await farm.close()
      await driver.close()
    },
  }
}
