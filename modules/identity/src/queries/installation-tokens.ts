import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export type InstallationTokenKind = 'setup' | 'worker_join'

export async function insertInstallationToken(
  tx: Tx,
  input: { hash: string; kind: InstallationTokenKind; name: string; now: Date; expiresAt: Date },
): Promise<void> {
  await sql`
    insert into auth.installation_tokens (hash, kind, name, created_at, expires_at)
    values (${input.hash}, ${input.kind}, ${input.name}, ${input.now}, ${input.expiresAt})
  `.execute(tx)
}

export async function hasInstallationToken(
  tx: Tx,
  input: { hash: string; kind: InstallationTokenKind; now: Date },
): Promise<boolean> {
  const { rows } = await sql`
    select from auth.installation_tokens where hash = ${input.hash} and kind = ${input.kind} and expires_at > ${input.now}
  `.execute(tx)
  return rows.length === 1
}

/** Those of a name, or all of a kind: a new one replaces its predecessors. */
export async function deleteInstallationTokens(
  tx: Tx,
  input: { kind: InstallationTokenKind; name: string },
): Promise<void> {
  await sql`delete from auth.installation_tokens where kind = ${input.kind} and name = ${input.name}`.execute(tx)
}
