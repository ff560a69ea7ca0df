import { chmod, stat } from 'node:fs/promises'
import { CodedError } from '@backlot/base/errors'
import { readJson, writeJson } from '@backlot/base/node/atomic-file'
import { id, timestamp } from '@backlot/contract/schemas/common'
import { membership, user } from '@backlot/contract/schemas/identity'
import { z } from 'zod'

/**
 * What is kept of one sign-in. The password and the device code never are.
 * `issuedAt` is when the token was given: a client refreshes one that is older than it likes.
 */
export const savedSession = z.object({
  token: z.string().min(1),
  issuedAt: timestamp,
  expiresAt: timestamp,
  user,
  tenant: membership,
  /** As of the last sign-in, for menus; the server has the truth. */
  projects: z.array(z.object({ projectId: id, name: z.string() })),
  /** Chosen for submissions. Null: the tenant has no project. */
  projectId: id.nullable(),
  /** The jobs that were newest at the last sign-in, newest first. */
  jobIds: z.array(id),
})
export type SavedSession = z.infer<typeof savedSession>

const fileContent = z.object({
  version: z.literal(1),
  /** The server of the last sign-in: what a command means that names none. */
  current: z.string().nullable(),
  sessions: z.record(z.string(), savedSession),
})
type FileContent = z.infer<typeof fileContent>

/** The one file that holds a person's sign-ins, one for each server. */
export interface SessionFile {
  readonly path: string
  currentServer: () => Promise<string | undefined>
  read: (server: string) => Promise<SavedSession | undefined>
  /** Also makes `server` the current one. */
  write: (server: string, session: SavedSession) => Promise<void>
  /** Changes the session only while it still has this token; says whether it did. */
  replace: (server: string, token: string, session: SavedSession | undefined) => Promise<boolean>
  clear: (server: string) => Promise<void>
}

/** `http://Host:8080/` and `http://host:8080` are one server. Throws `request.invalid` when it is not an http address. */
export function normaliseServer(server: string): string {
  const url = URL.parse(server.includes('://') ? server : `http://${server}`)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new CodedError('request.invalid', `"${server}" is not the address of a server.`, { details: { server } })
  return url.origin + url.pathname.replace(/\/+$/, '')
}

/**
 * Opens the session file at `path`, which need not exist. It is replaced as a whole (temporary file, flush, rename) and
 * only its owner may read it; a file that others may read is closed to them when it is read. A damaged file counts as
 * signed out: a new sign-in heals it. Writes of one process happen one after the other.
 */
export function openSessionFile(path: string): SessionFile {
  let last: Promise<unknown> = Promise.resolve()

  const load = async (): Promise<FileContent> => {
    await closeToOthers(path)
    const json = await readJson(path).catch((error: unknown) => {
      if (error instanceof SyntaxError) return undefined
      throw error
    })
    const parsed = fileContent.safeParse(json)
    return parsed.success ? parsed.data : { version: 1, current: null, sessions: {} }
  }
  const change = <T>(edit: (content: FileContent) => T): Promise<T> => {
    const next = last.then(async () => {
      const content = await load()
      const before = JSON.stringify(content)
      const result = edit(content)
      if (JSON.stringify(content) !== before) await writeJson(path, content, { mode: 0o600 })
      return result
    })
    last = next.catch(() => undefined)
    return next
  }

  const put = (content: FileContent, server: string, session: SavedSession | undefined) => {
    if (session !== undefined) content.sessions[server] = session
    else {
      delete content.sessions[server]
      if (content.current === server) content.current = null
    }
  }

  return {
    path,
    currentServer: async () => (await load()).current ?? undefined,
    read: async (server) => (await load()).sessions[normaliseServer(server)],
    write: (server, session) =>
      change((content) => {
        content.current = normaliseServer(server)
        put(content, content.current, session)
      }),
    replace: (server, token, session) =>
      change((content) => {
        const name = normaliseServer(server)
        if (content.sessions[name]?.token !== token) return false
        put(content, name, session)
        return true
      }),
    clear: (server) => change((content) => put(content, normaliseServer(server), undefined)),
  }
}

/**
 * The project that submissions go to. Throws `project.not_found` with the choices when none is chosen or the chosen one
 * is gone: a list is never indexed blindly.
 */
export function chosenProject(session: SavedSession): { projectId: string; name: string } {
  const chosen = session.projects.find(({ projectId }) => projectId === session.projectId)
  if (chosen !== undefined) return chosen
  const names = session.projects.map(({ name }) => name)
  throw new CodedError(
    'project.not_found',
    names.length === 0
      ? `${session.tenant.name} has no project yet.`
      : `No project is chosen. There are: ${names.join(', ')}.`,
    { details: { projects: names } },
  )
}

async function closeToOthers(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const found = await stat(path).catch(() => undefined)
  if (found !== undefined && (found.mode & 0o077) !== 0) await chmod(path, 0o600)
}
