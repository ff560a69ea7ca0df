import { createHash, randomUUID } from 'node:crypto'
import { chmod, chown, cp, lchown, mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { cacheFolder, surroundings } from '@backlot/base/node/folders'
import { loadCredentials } from '../credentials.ts'
import { findBinaries } from '../embedded/binaries.ts'
import { type EmbeddedPostgres, startEmbedded } from '../embedded/embedded.ts'
import { isAlive, isPostgres, readPostmaster } from '../embedded/postmaster.ts'
import { migrateUp, type Migration, readMigrations } from '../migrations.ts'
import { type AdminConnection, provision } from '../provision.ts'
import type { DatabaseSettings } from '../settings.ts'

/** What tests need to make databases. Plain JSON: it travels to Vitest's workers. */
export interface TestCluster {
  admin: AdminConnection
  /** Of the migrated template. */
  template: DatabaseSettings
}

declare module 'vitest' {
  interface ProvidedContext {
    testCluster: TestCluster
  }
}

const templateName = 'backlot_template'
/** Of clusters with a migrated template; older ones are removed. */
const keptTemplates = 2

/**
 * A PostgreSQL for one test run: a copy of a stopped cluster that holds the migrated template. The original is made
 * when PostgreSQL or a migration changed (2 s) and kept in the cache folder; a copy starts in 0.3 s. Every run has its
 * own, so that runs side by side don't see each other.
 */
export async function startTestCluster(): Promise<{ cluster: TestCluster; stop: () => Promise<void> }> {
  const folder = testFolder()
  await mkdir(join(folder, 'runs'), { recursive: true })
  await sweepRuns(join(folder, 'runs'))
  const original = await ensureOriginal(folder)

  const run = join(folder, 'runs', `${process.pid}-${randomUUID().slice(0, 8)}`)
  await copyCluster(original, run)
  const { superuser } = await loadCredentials(run)
  const embedded = await startEmbedded({ dataFolder: run, password: superuser, profile: 'test' })
  const stop = async () => {
    await embedded.stop()
    await rm(run, { recursive: true, force: true })
  }
  return { cluster: await describe(embedded, run), stop }
}

function testFolder(): string {
  const around = surroundings(process.env)
  // PostgreSQL's own user can't look into root's cache folder.
  return join(around.isRoot && !process.env.BACKLOT_CACHE ? '/var/cache/backlot' : cacheFolder(around), 'test-postgres')
}

async function describe(embedded: EmbeddedPostgres, dataFolder: string): Promise<TestCluster> {
  const { user, password, port } = embedded
  const admin = { host: embedded.socketFolder ?? embedded.host, port, user, password }
  return { admin, template: await provision(admin, templateName, await loadCredentials(dataFolder)) }
}

/** The stopped cluster with the template for the migrations as they are now. */
async function ensureOriginal(folder: string): Promise<string> {
  const migrations = await readMigrations()
  const original = join(folder, await keyOf(migrations))
  if (await exists(original)) return original
  const nursery = join(folder, 'runs', `${process.pid}-${randomUUID().slice(0, 8)}`)
  const { superuser } = await loadCredentials(nursery)
  const embedded = await startEmbedded({ dataFolder: nursery, password: superuser, profile: 'test' })
  try {
    const { template } = await describe(embedded, nursery)
    await migrateUp(template, { migrations })
  } finally {
    await embedded.stop()
  }
  await rename(nursery, original).catch(async (error: unknown) => {
    if (!(await exists(original))) throw error
    await rm(nursery, { recursive: true }) // another run was quicker
  })
  await pruneOriginals(folder)
  return original
}

async function keyOf(migrations: readonly Migration[]): Promise<string> {
  const { version } = await findBinaries()
  const hash = createHash('sha256').update(version)
  for (const { checksum } of migrations) hash.update(checksum)
  return hash.digest('hex').slice(0, 16)
}

async function copyCluster(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, filter: (path) => basename(path) !== 'logs' })
  const { uid, gid } = await stat(join(from, 'postgres'))
  const cluster = join(to, 'postgres')
  await chmod(cluster, 0o700)
  if (process.getuid?.() !== 0) return
  await chown(cluster, uid, gid)
  for (const path of await readdir(cluster, { recursive: true })) await lchown(join(cluster, path), uid, gid)
}

/** Ends and removes what runs left behind that were killed. */
async function sweepRuns(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (isAlive(Number.parseInt(name, 10))) continue
    const run = join(folder, name)
    const postmaster = await readPostmaster(join(run, 'postgres'))
    if (postmaster && (await isPostgres(postmaster.pid))) process.kill(postmaster.pid, 'SIGQUIT')
    await rm(run, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

async function pruneOriginals(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== 'runs')
  const dated = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })))
  const old = dated.toSorted((a, b) => b.at - a.at).slice(keptTemplates)
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { recursive: true, force: true })))
}

async function exists(path: string): Promise<boolean> {
  return realpath(path).then(
    () => true,
    () => false,
  )
}
