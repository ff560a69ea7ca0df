import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface DeviceRow {
  clientName: string
  createdAt: Date
  expiresAt: Date
  lastPolledAt: Date | null
  approved: boolean | null
  userId: string | null
}

export async function insertDeviceRequest(
  tx: Tx,
  input: { deviceCodeHash: string; userCodeHash: string; clientName: string; now: Date; expiresAt: Date },
): Promise<void> {
  await sql`
    insert into auth.device_requests (device_code_hash, user_code_hash, client_name, created_at, expires_at)
    values (${input.deviceCodeHash}, ${input.userCodeHash}, ${input.clientName}, ${input.now}, ${input.expiresAt})
  `.execute(tx)
}

const columns = sql.raw(`client_name as "clientName", created_at as "createdAt", expires_at as "expiresAt",
  last_polled_at as "lastPolledAt", approved, user_id as "userId"`)

/** For the device that asks: under a lock, so that two of its questions at once can't both collect. */
export async function lockDeviceRequest(tx: Tx, deviceCodeHash: string): Promise<DeviceRow | undefined> {
  const { rows } = await sql<DeviceRow>`
    select ${columns} from auth.device_requests where device_code_hash = ${deviceCodeHash} for update
  `.execute(tx)
  return rows[0]
}

export async function markDevicePolled(tx: Tx, deviceCodeHash: string, now: Date): Promise<void> {
  await sql`
    update auth.device_requests set last_polled_at = ${now} where device_code_hash = ${deviceCodeHash}
  `.execute(tx)
}

export async function deleteDeviceRequest(tx: Tx, deviceCodeHash: string): Promise<void> {
  await sql`delete from auth.device_requests where device_code_hash = ${deviceCodeHash}`.execute(tx)
}

/** For the person who was asked: only while nobody has decided. */
export async function findOpenDeviceRequest(tx: Tx, userCodeHash: string, now: Date): Promise<DeviceRow | undefined> {
  const { rows } = await sql<DeviceRow>`
    select ${columns} from auth.device_requests
    where user_code_hash = ${userCodeHash} and expires_at > ${now} and approved is null
  `.execute(tx)
  return rows[0]
}

/** False: there is no such request, or it was decided already. */
export async function decideDeviceRequest(
  tx: Tx,
  input: { userCodeHash: string; approve: boolean; userId: string; now: Date },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update auth.device_requests set approved = ${input.approve}, user_id = ${input.userId}
    where user_code_hash = ${input.userCodeHash} and expires_at > ${input.now} and approved is null
  `.execute(tx)
  return numAffectedRows === 1n
}
