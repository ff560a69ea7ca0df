import { migrateDown, migrateUp, type Migration, migrationStatus } from '@backlot/db/migrations'
import { prepareDatabase } from '@backlot/db/prepare'
import { CodedError } from '@backlot/base/errors'
import { ask } from '../ask.ts'
import { isGoneFromHere, localServer } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { table } from '../output.ts'

/** Its tables would change under a server that runs: its requests and its worker's would fail. */
async function needNoServer(dataFolder: string): Promise<void> {
  const server = await localServer(dataFolder)
  // A server that a power cut ended has left its file, and another program may have its process id.
  if (server === undefined || (await isGoneFromHere(server))) return
  throw new CodedError('database.in_use', `A server (${server}) runs with ${dataFolder}.`, { details: { server } })
}

/** Asked at a terminal only: a script means what it says. */
async function isConfirmed(): Promise<boolean> {
  if (process.stdin.isTTY !== true) return true
  const answer = await ask('Taking a migration back deletes its tables, with all that is in them. Go on? [y/N] ')
  return /^y(es)?$/i.test(answer.trim())
}

type Direction = 'up' | 'down' | 'status'

/** One of the commands on the database's schema. Starts the embedded PostgreSQL for the time of the command if need be. */
export function migrate(direction: Direction) {
  return async (context: CliContext, { to, yes }: { to?: number; yes?: boolean }): Promise<void> => {
    const { output, dataFolder, env } = context
    const url = env.DATABASE_URL
    if (direction !== 'status') await needNoServer(dataFolder)
    if (direction === 'down' && !yes && !(await isConfirmed())) return output.note('Nothing was changed.')
    const database = await prepareDatabase({
      dataFolder,
      note: (line) => output.note(line),
      ...(url !== undefined && { url }),
    })
    const onStep = (way: 'up' | 'down', { version, name }: Migration) =>
      output.note(`${way === 'up' ? 'Applying' : 'Taking back'} ${version} ${name}`)
    try {
      if (direction === 'up') await migrateUp(database.settings, { onStep })
      if (direction === 'down') await migrateDown(database.settings, { onStep, ...(to !== undefined && { to }) })
      const migrations = await migrationStatus(database.settings)
      const rows = migrations.map(({ version, name, appliedAt }) => [
        String(version).padStart(4, '0'),
        name,
        appliedAt?.toISOString() ?? 'not applied',
      ])
      output.answer({ migrations }, table(rows))
    } finally {
      // One that was running already belongs to a server.
      if (!database.embedded?.adopted) await database.stop()
    }
  }
}
