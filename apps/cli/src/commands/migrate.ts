import { migrateDown, migrateUp, type Migration, migrationStatus } from '@backlot/db/migrations'
import { prepareDatabase } from '@backlot/db/prepare'
import type { CliContext } from '../context.ts'
import { table } from '../output.ts'

type Direction = 'up' | 'down' | 'status'

/** One of the commands on the database's schema. Starts the embedded PostgreSQL for the time of the command if need be. */
export function migrate(direction: Direction) {
  return async (context: CliContext, { to }: { to?: number }): Promise<void> => {
    const { output, dataFolder, env } = context
    const url = env.DATABASE_URL
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
