import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { access, constants } from 'node:fs/promises'
import { messageOf } from '@backlot/base/errors'
import { formatBytes } from '@backlot/base/format'
import { findBlenders, type FoundBlender } from '@backlot/blender/find'
import { startSession } from '@backlot/blender/session'
import { describeError } from '@backlot/contract/error-body'
import { createClient } from '@backlot/contract/client'
import { findBinaries } from '@backlot/db/embedded/binaries'
import { findOptions } from '../blender.ts'
import { findServer, sessionsOf } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'

interface Check {
  name: string
  ok: boolean
  detail: string
  advice?: string
}

/** Below this, renders and uploads soon fail. Bytes. */
const littleSpace = 5_000_000_000

/** Looks at every part, changes nothing. Ends with 6 when something needs attention. */
export async function run(context: CliContext): Promise<ExitCode> {
  const { output } = context
  const parts: [string, () => Promise<Check[]>][] = [
    ['node', () => checkNode()],
    ['data folder', () => checkFolder('data folder', context.dataFolder)],
    ['cache folder', () => checkFolder('cache folder', context.cacheFolder)],
    ['database', () => checkDatabase(context)],
    ['server', () => checkServer(context)],
    ['blender', () => checkBlenders(context)],
  ]
  const checks: Check[] = []
  for (const [name, work] of parts) {
    output.status(`Checking ${name} …`)
    checks.push(...(await work().catch((error: unknown) => [failed(name, error)])))
  }
  const lines = checks.map(({ name, ok, detail, advice }, index) => {
    const mark = ok ? output.paintAnswer('green', 'ok') : output.paintAnswer('red', '!!')
    // Several Blenders on one machine have the same to say of its devices: once is enough.
    const isNew = advice !== undefined && checks.findIndex((one) => one.advice === advice) === index
    return `${mark}  ${name}: ${detail}${isNew ? `\n      ${advice}` : ''}`
  })
  output.answer({ checks }, lines.join('\n'))
  return checks.every(({ ok }) => ok) ? exitCodes.done : exitCodes.finishedWithProblems
}

async function checkNode(): Promise<Check[]> {
  const ok = Number(process.versions.node.split('.')[0]) >= 24
  return [
    {
      name: 'node',
      ok,
      detail: `${process.version} at ${process.execPath}`,
      ...(!ok && { advice: 'Start Backlot with ./backlot: it brings a newer Node.' }),
    },
  ]
}

async function checkFolder(name: string, folder: string): Promise<Check[]> {
  const existing = await nearestExisting(folder)
  const writable = await access(existing, constants.W_OK).then(
    () => true,
    () => false,
  )
  const { bavail, bsize } = await statfs(existing)
  const free = bavail * bsize
  if (!writable)
    return [
      {
        name,
        ok: false,
        detail: `${folder} can't be written`,
        advice: 'Choose a folder that you may write to: --data DIR, or BACKLOT_CACHE.',
      },
    ]
  const ok = free > littleSpace
  return [
    {
      name,
      ok,
      detail: `${folder}, ${formatBytes(free)} free`,
      ...(!ok && { advice: `Free some space: less than ${formatBytes(littleSpace)} is left.` }),
    },
  ]
}

async function checkDatabase({ env }: CliContext): Promise<Check[]> {
  if (env.DATABASE_URL !== undefined) return [{ name: 'database', ok: true, detail: 'PostgreSQL by DATABASE_URL' }]
  const { root, version } = await findBinaries()
  return [{ name: 'database', ok: true, detail: `embedded PostgreSQL ${version} from ${root}` }]
}

async function checkServer(context: CliContext): Promise<Check[]> {
  const server = await findServer(context).catch(() => undefined)
  if (server === undefined)
    return [{ name: 'server', ok: true, detail: 'none runs here and none was signed in to; `backlot up` starts one' }]
  const session = await sessionsOf(context).read(server)
  const headers = (): Record<string, string> =>
    session === undefined ? {} : { authorization: `Bearer ${session.token}` }
  // An administrator hears details; a sign-in that has ended must not hide whether the server works.
  const readiness = await createClient({ server, headers })
    .readiness({})
    .catch(() => createClient({ server }).readiness({}))
  return [
    ...readiness.checks.map(({ name, ok, detail }) => ({
      name: `server ${name}`,
      ok,
      detail,
      ...(!ok && { advice: `See the log of ${server}.` }),
    })),
    {
      name: 'sign-in',
      ok: true,
      detail: session === undefined ? `nobody is signed in to ${server}` : `${session.user.email} at ${server}`,
    },
  ]
}

async function checkBlenders(context: CliContext): Promise<Check[]> {
  const { blenders, problems } = await findBlenders(findOptions(context))
  const named = problems.map(({ path, reason }) => ({
    name: 'blender',
    ok: false,
    detail: `${path}: ${reason}`,
    advice: 'Correct BACKLOT_BLENDER.',
  }))
  if (blenders.length === 0)
    return [
      ...named,
      { name: 'blender', ok: false, detail: 'none was found', advice: 'Get one: backlot blender install 5.0' },
    ]
  const probed: Check[] = []
  for (const blender of blenders)
    probed.push(await probe(blender, context).catch((error: unknown) => failed(`blender ${blender.version}`, error)))
  return [...named, ...probed]
}

/** Starts this Blender and asks it for its devices. */
async function probe(blender: FoundBlender, { signal }: CliContext): Promise<Check> {
  const { version, kind, path } = blender
  const folder = await mkdtemp(join(tmpdir(), 'backlot-doctor-'))
  try {
    const session = await startSession({ blender, userFolder: folder, signal })
    try {
      const { chosen, devices, tried } = await session.probeDevices({ signal })
      const names = devices.map((one) => `${one.type} ${one.name}`).join(', ')
      const detail = `${kind} at ${path}; renders on ${chosen} (${names}); ${session.denoiser ? 'OIDN denoiser' : 'no denoiser'}; ${session.video ? 'video' : 'no video'}`
      const refused = tried.filter(({ ok }) => !ok)
      return {
        name: `blender ${version}`,
        ok: true,
        detail,
        ...(chosen === 'CPU' && refused.length > 0 && { advice: `No graphics device. ${reasonsOf(refused)}` }),
      }
    } finally {
      await session.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** `CUDA, HIP: No device answers. METAL: …`: devices that were refused for the same reason stand together. */
function reasonsOf(refused: readonly { type: string; reason: string }[]): string {
  const types = Map.groupBy(refused, ({ reason }) => reason)
  return [...types].map(([reason, same]) => `${same.map(({ type }) => type).join(', ')}: ${reason}`).join(' ')
}

function failed(name: string, error: unknown): Check {
  const { body, code } = describeError(error)
  const known = code !== 'server.internal'
  return { name, ok: false, detail: known ? body.error.message : messageOf(error), advice: body.error.advice }
}

async function nearestExisting(folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    const exists = await access(path).then(
      () => true,
      () => false,
    )
    if (exists || dirname(path) === path) return path
  }
}
