import { statfs } from 'node:fs/promises'
import { makeFolder } from '@backlot/base/node/make-folder'
import { CodedError } from '@backlot/base/errors'
import type { Client } from '@backlot/contract/client'
import type { ErrorCode } from '@backlot/contract/errors'
import { asWriteError } from './download.ts'

/** Beyond it, tokens and leases are taken for expired, or for not valid yet. Seconds. */
const longestDrift = 300

export interface ServerCheck {
  version: string
  roundTripSeconds: number
  /** How much this machine's clock is ahead of the server's; exact to half a round trip. */
  driftSeconds: number
}

/** Whether the server answers and agrees about the time. @throws `network.unreachable`, `submit.clock_drift` */
export async function checkServer(client: Pick<Client, 'info'>, signal?: AbortSignal): Promise<ServerCheck> {
  const asked = Date.now()
  const { version, time } = await client.info({}, signal ? { signal } : {})
  const answered = Date.now()
  const driftSeconds = ((asked + answered) / 2 - Date.parse(time)) / 1000
  if (Math.abs(driftSeconds) > longestDrift) {
    const ahead = driftSeconds > 0 ? 'ahead of' : 'behind'
    const minutes = Math.round(Math.abs(driftSeconds) / 60)
    throw new CodedError<ErrorCode>(
      'submit.clock_drift',
      `This machine's clock is ${minutes} minutes ${ahead} the server's.`,
      {
        details: { driftSeconds: Math.round(driftSeconds) },
      },
    )
  }
  return { version, driftSeconds, roundTripSeconds: (answered - asked) / 1000 }
}

/** Free bytes where the folder is, which is made. @throws `submit.no_space`, `host.no_permission` */
export async function checkSpace(folder: string, neededBytes: number): Promise<number> {
  try {
    await makeFolder(folder)
  } catch (error) {
    throw asWriteError(error, folder)
  }
  const { bavail, bsize } = await statfs(folder)
  const freeBytes = bavail * bsize
  if (freeBytes >= neededBytes) return freeBytes
  const lacking = neededBytes - freeBytes
  throw new CodedError<ErrorCode>(
    'submit.no_space',
    `${folder} needs ${Math.ceil(lacking / 1e6)} MB more free space.`,
    {
      details: { folder, neededBytes, freeBytes },
    },
  )
}
