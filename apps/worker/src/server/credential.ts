import { CodedError } from '@backlot/base/errors'
import { readJson, writeJson } from '@backlot/base/node/atomic-file'
import { ApiError, type Client, createClient } from '@backlot/contract/client'
import { credentialDays, type WorkerHello, workerCredential } from '@backlot/contract/schemas/farm'
import { z } from 'zod'

const stored = workerCredential.extend({
  version: z.literal(1),
  server: z.string(),
  /** Absent: by an older worker, at an unknown time. */
  issuedAt: z.iso.datetime().optional(),
})
export type Credential = z.infer<typeof stored>

export interface CredentialOptions {
  server: string
  joinToken: string | undefined
  /** Where the credential is kept; only its owner may read it. */
  path: string
  hello: WorkerHello
  fetch?: typeof fetch
}

/** The credential of an earlier start, if it was for the same server. */
export async function readCredential({ path, server }: CredentialOptions): Promise<Credential | undefined> {
  const parsed = stored.safeParse(await readJson(path).catch(() => undefined))
  return parsed.success && parsed.data.server === server ? parsed.data : undefined
}

/** Exchanges the join token for a credential and keeps it. Throws `auth.worker_token_invalid`, also without a token. */
export async function enrol(options: CredentialOptions): Promise<Credential> {
  const { server, joinToken, hello } = options
  if (joinToken === undefined)
    throw new CodedError('auth.worker_token_invalid', 'This worker has no credential for the server and no join token.')
  const client = createClient(options.fetch === undefined ? { server } : { server, fetch: options.fetch })
  return keep(options, await client.enrolWorker({ body: { joinToken, hello } }))
}

/** Keeps a new credential in place of one that is old. The old one is good until the new one is used. */
export async function renew(options: CredentialOptions, client: Client, old: Credential): Promise<Credential> {
  const age = Date.now() - (old.issuedAt === undefined ? 0 : Date.parse(old.issuedAt))
  if (age < credentialDays * 86_400_000) return old
  return keep(options, await client.rotateCredential({}))
}

async function keep({ server, path }: CredentialOptions, given: z.infer<typeof workerCredential>): Promise<Credential> {
  const credential: Credential = { version: 1, server, issuedAt: new Date().toISOString(), ...given }
  await writeJson(path, credential, { mode: 0o600 })
  return credential
}

export function isRefused(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'auth.worker_token_invalid'
}
