import { randomBytes } from 'node:crypto'
import { readJson, writeJson } from '@backlot/base/node/atomic-file'

/** Keys of an installation. Losing them ends every worker's access token and nothing else. */
export interface Secrets {
  workerAccessKey: Uint8Array
  /** better-auth signs with it what passes through a browser. */
  authSecret: string
}

/** Reads the file (`<dataFolder>/secrets.json`, 0600), makes it when it is missing. Keeps what others keep in it. */
export async function loadSecrets(path: string): Promise<Secrets> {
  const known = ((await readJson(path)) ?? {}) as Partial<Record<'workerAccessKey' | 'authSecret', string>>
  const workerAccessKey = known.workerAccessKey ?? randomBytes(32).toString('base64url')
  const authSecret = known.authSecret ?? randomBytes(32).toString('base64url')
  if (known.workerAccessKey === undefined || known.authSecret === undefined) {
    await writeJson(path, { ...known, workerAccessKey, authSecret }, { mode: 0o600 })
  }
  return { workerAccessKey: Buffer.from(workerAccessKey, 'base64url'), authSecret }
}
