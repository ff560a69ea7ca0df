import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readJson, writeJson } from '@backlot/base/node/atomic-file'
import { type DatabaseRole, databaseRoles } from './settings.ts'

/** Passwords of an installation's database users. They exist only here and, hashed, in the database. */
export type Credentials = Record<DatabaseRole | 'superuser', string>

/** Reads `<dataFolder>/database.json`, makes it (0600) when it is missing, adds what it lacks. */
export async function loadCredentials(dataFolder: string): Promise<Credentials> {
  const path = join(dataFolder, 'database.json')
  const known = ((await readJson(path)) ?? {}) as Partial<Credentials>
  const names = ['superuser', ...databaseRoles] as const
  if (names.every((name) => known[name] !== undefined)) return known as Credentials
  const all = Object.fromEntries(names.map((name) => [name, known[name] ?? newPassword()])) as Credentials
  await writeJson(path, all, { mode: 0o600 })
  return all
}

function newPassword(): string {
  return randomBytes(24).toString('base64url')
}
