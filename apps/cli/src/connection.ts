import { connect as connectTo } from 'node:net'
import { join } from 'node:path'
import { readJson } from '@backlot/base/node/atomic-file'
import type { Client } from '@backlot/contract/client'
import { CodedError, systemCode } from '@backlot/base/errors'
import { connectHub, type HubConnection } from '@backlot/hub/client'
import { normaliseServer, openSessionFile, type SessionFile } from '@backlot/sdk/session-file'
import { createSignedInClient, createTokenClient } from '@backlot/sdk/signed-in-client'
import { z } from 'zod'
import type { CliContext } from './context.ts'

/** What the running server of a data folder writes about itself. */
const serverFile = z.object({ url: z.url(), pid: z.int() })

export interface Connection {
  server: string
  client: Client
  /** Opens the hub; the caller closes it. */
  hub: () => HubConnection
}

export function sessionsOf(context: CliContext): SessionFile {
  return openSessionFile(join(context.configFolder, 'sessions.json'))
}

/**
 * `--server` or `BACKLOT_SERVER`; else with `--data` the one that runs in that folder, and no other; else the server of
 * the last sign-in, unless that was one of this machine and does not run any more; else the one that runs in the usual data
 * folder.
 */
export async function findServer(context: CliContext): Promise<string> {
  if (context.server !== undefined) return normaliseServer(context.server)
  const local = await localServer(context.dataFolder)
  const signedInTo = context.dataFolderIsNamed ? undefined : await sessionsOf(context).currentServer()
  // The one of this machine may have another port since then.
  const hasMoved = local !== undefined && signedInTo !== undefined && (await isGoneFromHere(signedInTo))
  const known = hasMoved ? local : (signedInTo ?? local)
  if (known !== undefined) return known
  throw new CodedError(
    'cli.not_running',
    context.dataFolderIsNamed
      ? `No server runs in ${context.dataFolder}.`
      : `No server was named, none was signed in to, and none runs in ${context.dataFolder}.`,
  )
}

/** The server that runs in this folder. One that was killed leaves its file behind, so its process is looked for. */
export async function localServer(dataFolder: string): Promise<string | undefined> {
  const found = serverFile.safeParse(await readJson(join(dataFolder, 'server.json')).catch(() => undefined))
  return found.success && isAlive(found.data.pid) ? found.data.url : undefined
}

/** An address of this machine at which nobody listens. */
export function isGoneFromHere(server: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(server)
  if (!/^(127\.|localhost$|\[::1\]$)/.test(hostname)) return Promise.resolve(false)
  return new Promise((resolve) => {
    const socket = connectTo({
      host: hostname.replaceAll(/[[\]]/g, ''),
      port: Number(port) || (protocol === 'https:' ? 443 : 80),
    })
    const end = (isGone: boolean) => {
      socket.destroy()
      resolve(isGone)
    }
    socket.once('connect', () => end(false))
    socket.once('error', () => end(true))
  })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM' // it belongs to somebody else
  }
}

/** A client for the person who is signed in, or for `BACKLOT_TOKEN`. */
export async function connect(context: CliContext): Promise<Connection> {
  const server = await findServer(context)
  const token = context.env.BACKLOT_TOKEN
  if (token !== undefined && token !== '') {
    return {
      server,
      client: createTokenClient({ server, token }),
      hub: () => connectHub({ url: hubUrl(server), token: () => token }),
    }
  }
  const signedIn = createSignedInClient({ server, sessions: sessionsOf(context) })
  const { tenant } = await signedIn.session()
  return {
    server,
    client: signedIn.client,
    hub: () => connectHub({ url: hubUrl(server), token: signedIn.token, tenant: tenant.tenantId }),
  }
}

export function hubUrl(server: string): string {
  return `${server.replace(/^http/, 'ws')}/hub`
}
