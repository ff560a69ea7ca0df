import { randomInt } from 'node:crypto'
import { CodedError } from '@backlot/base/errors'
import type { DeviceStart, Session } from '@backlot/contract/schemas/identity'
import type { IdentityPorts } from './ports.ts'
import {
  decideDeviceRequest,
  deleteDeviceRequest,
  findOpenDeviceRequest,
  insertDeviceRequest,
  lockDeviceRequest,
  markDevicePolled,
} from './queries/device-requests.ts'
import { findUsers } from './queries/find-users.ts'
import type { Sessions } from './sessions.ts'
import { hashOf, newToken } from './token.ts'

/** RFC 8628. Seconds. */
export const deviceLifetime = 600
export const pollInterval = 2
/** A client's timer and the network may be a little early. Milliseconds. */
const pollTolerance = 250

/** Without vowels (no words) and without letters that look like digits: 20^8 codes, of which one person can try 60 a minute. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ'
const codeLength = 8

export interface DeviceSignIn {
  start(clientName: string): Promise<DeviceStart>
  /** Throws `auth.device_pending`, `auth.device_slow_down`, `auth.device_denied`, `auth.device_expired`. */
  poll(deviceCode: string, from: { address: string; userAgent: string }): Promise<Session>
  /** What asks. Throws `auth.device_expired`. */
  show(userCode: string): Promise<{ userCode: string; clientName: string; expiresAt: string }>
  decide(userCode: string, userId: string, approve: boolean): Promise<void>
}

type Polled =
  | { approvedBy: string }
  | { code: 'auth.device_pending' | 'auth.device_slow_down' | 'auth.device_denied' | 'auth.device_expired' }

export function createDeviceSignIn(ports: IdentityPorts, sessions: Sessions): DeviceSignIn {
  const { database, clock, publicUrl } = ports
  const expired = () => new CodedError('auth.device_expired', 'The code is unknown or has expired.')

  /** Reads and changes the request in one transaction, and throws nothing: a refusal must be written down too. */
  async function collect(hash: string): Promise<Polled> {
    const now = clock()
    return database.auth(async (tx) => {
      const request = await lockDeviceRequest(tx, hash)
      if (request === undefined || request.expiresAt <= now) return { code: 'auth.device_expired' }
      const since = now.getTime() - (request.lastPolledAt?.getTime() ?? Number.NEGATIVE_INFINITY)
      await markDevicePolled(tx, hash, now)
      if (since < pollInterval * 1000 - pollTolerance) return { code: 'auth.device_slow_down' }
      if (request.approved === null) return { code: 'auth.device_pending' }
      await deleteDeviceRequest(tx, hash)
      return request.approved && request.userId ? { approvedBy: request.userId } : { code: 'auth.device_denied' }
    })
  }

  return {
    async start(clientName) {
      const deviceCode = newToken('device')
      const userCode = newUserCode()
      const now = clock()
      const hashes = { deviceCodeHash: hashOf(deviceCode), userCodeHash: hashOf(normalized(userCode)) }
      const expiresAt = new Date(now.getTime() + deviceLifetime * 1000)
      await database.auth((tx) => insertDeviceRequest(tx, { ...hashes, clientName, now, expiresAt }))
      const verificationUri = `${publicUrl()}/device`
      return {
        deviceCode,
        userCode,
        verificationUri,
        verificationUriComplete: `${verificationUri}?code=${userCode}`,
        expiresIn: deviceLifetime,
        interval: pollInterval,
      }
    },

    async poll(deviceCode, from) {
      const polled = await collect(hashOf(deviceCode))
      if ('code' in polled) throw new CodedError(polled.code, messages[polled.code])
      const [user] = await database.auth((tx) => findUsers(tx, [polled.approvedBy]))
      if (user === undefined) throw expired()
      return sessions.start(user, from)
    },

    async show(userCode) {
      const code = normalized(userCode)
      const found = await database.auth((tx) => findOpenDeviceRequest(tx, hashOf(code), clock()))
      if (found === undefined) throw expired()
      return { userCode: written(code), clientName: found.clientName, expiresAt: found.expiresAt.toISOString() }
    },

    async decide(userCode, userId, approve) {
      const userCodeHash = hashOf(normalized(userCode))
      const decided = await database.auth((tx) =>
        decideDeviceRequest(tx, { userCodeHash, approve, userId, now: clock() }),
      )
      if (!decided) throw expired()
    },
  }
}

const messages = {
  'auth.device_pending': 'The sign-in was not confirmed in the browser yet.',
  'auth.device_slow_down': 'The client asks too often.',
  'auth.device_denied': 'The sign-in was refused in the browser.',
  'auth.device_expired': 'The device code is unknown or has expired.',
}

function newUserCode(): string {
  return written(Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]).join(''))
}

/** As people read it: `WDJB-MJHT`. */
function written(code: string): string {
  return `${code.slice(0, codeLength / 2)}-${code.slice(codeLength / 2)}`
}

/** People type small letters, spaces and dashes. */
function normalized(userCode: string): string {
  return userCode.toUpperCase().replaceAll(/[^A-Z]/g, '')
}
