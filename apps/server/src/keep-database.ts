import type { Logger } from '@backlot/base/node/logger'
import { backoff, sleep } from '@backlot/base/wait'
import { type Database, openDatabase } from '@backlot/db/database'
import { migrateUp } from '@backlot/db/migrations'
import { type PreparedDatabase, prepareDatabase } from '@backlot/db/prepare'
import type { Settings } from './environment.ts'

export interface KeptDatabase {
  database: Database
  /** Closes the connections, then ends the embedded server. */
  stop: () => Promise<void>
}

const restart = { first: 200, longest: 10_000 }

/**
 * A migrated database with open pools. An embedded server that dies is started again on its port: requests fail in
 * between, clients repeat them, and nothing that was committed is lost.
 */
export async function keepDatabase(settings: Settings, logger: Logger): Promise<KeptDatabase> {
  const stopping = new AbortController()
  const note = (line: string) => logger.info(line)
  const prepare = (port?: number): Promise<PreparedDatabase> =>
    prepareDatabase({
      dataFolder: settings.dataFolder,
      note,
      ...(port !== undefined && { port }),
      ...(settings.databaseUrl !== undefined && { url: settings.databaseUrl }),
      onExit(reason) {
        logger.error({ reason }, 'the database ended')
        if (!stopping.signal.aborted) void startAgain()
      },
    })
  let prepared = await prepare()
  const { port } = prepared.settings

  async function startAgain(): Promise<void> {
    for (let attempt = 1; !stopping.signal.aborted; attempt++) {
      try {
        prepared = await prepare(port)
        logger.info('the database runs again')
        return
      } catch (error) {
        logger.error({ err: error }, 'the database does not start')
        await sleep(backoff(attempt, restart), stopping.signal).catch(() => undefined)
      }
    }
  }

  try {
    await migrateUp(prepared.settings, {
      onStep: (_, { version, name }) => logger.info({ version, name }, 'migrating'),
    })
    const database = openDatabase(prepared.settings, {
      maxBackgroundConnections: 8, // six of the farm's batchers, its sweep and its announcements work at the same time
      onError: (error) => logger.warn({ err: error }, 'lost a database connection'),
    })
    return {
      database,
      async stop() {
        stopping.abort()
        await database.close()
        await prepared.stop()
      },
    }
  } catch (error) {
    stopping.abort()
    await prepared.stop()
    throw error
  }
}
