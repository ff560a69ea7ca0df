import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { makeFolder } from '@backlot/base/node/make-folder'
import { counted, formatSeconds } from '@backlot/base/format'
import { readJson, writeJson } from '@backlot/base/node/atomic-file'
import { CodedError } from '@backlot/base/errors'
import { type Client, createClient } from '@backlot/contract/client'
import { parseFrames } from '@backlot/contract/frames'
import { connectHub } from '@backlot/hub/client'
import { z } from 'zod'
import { ensureBlender } from '../blender.ts'
import { hubUrl } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { table } from '../output.ts'
import { makeSample } from '../sample.ts'
import { buildWeb } from '../stack/web-build.ts'
import { startStack } from '../stack/stack.ts'
import { submitJob } from '../submit-job.ts'
import { untilAborted } from '../until-aborted.ts'
import { watchJob } from '../watch-job.ts'

interface Options {
  frames: string
  keep?: boolean
  out?: string
}

/** The main job on a real scene, in an installation of its own that stays for the next time. */
export async function run(context: CliContext, options: Options): Promise<ExitCode> {
  const { output } = context
  const parsed = parseFrames(options.frames)
  if ('problem' in parsed) throw new CodedError('submit.invalid_frames', `--frames: ${parsed.problem}.`)
  const started = performance.now()
  const stages: { name: string; seconds: number }[] = []
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const begun = performance.now()
    const result = await work()
    stages.push({ name, seconds: (performance.now() - begun) / 1000 })
    return result
  }
  const folder = join(context.dataFolder, 'demo')
  const out = resolve(options.out ?? join(folder, 'frames'))
  const own = { ...context, dataFolder: folder, configFolder: join(folder, 'config') }
  await makeFolder(folder)
  await makeFolder(out) // better known before the render

  output.note('Preparing: Blender, the web app, a database. The first time takes a few minutes, later ones seconds.')
  const blender = await timed('get Blender', () => ensureBlender(own))
  context.signal.throwIfAborted()
  const webFolder = await timed('build the web app', () => buildWeb(output))
  const stack = await timed('start', () =>
    startStack(own, {
      dataFolder: folder,
      host: '127.0.0.1',
      port: 0,
      webFolder,
      worker: { name: 'demo', slots: 1, drainSeconds: 1 },
    }),
  )
  try {
    const { client, token, admin } = await signIn(stack.url, folder)
    const sample = await timed('write the sample project', () => makeSample(own, blender, join(folder, 'project')))
    context.signal.throwIfAborted()
    const submitted = await submitJob(
      own,
      { client, server: stack.url },
      { file: sample, frames: options.frames, name: 'Backlot demo' },
    )
    stages.push(...submitted.stages.map(({ name, seconds }) => ({ name: `submit: ${name}`, seconds })))
    output.note(`Watch it: ${output.paint('bold', submitted.url)}   sign in as ${admin.email} with ${admin.password}`)
    const connection = {
      server: stack.url,
      client,
      hub: () => connectHub({ url: hubUrl(stack.url), token: () => token }),
    }
    const watched = await timed('render, download', () =>
      watchJob(own, connection, { jobId: submitted.jobId, downloadTo: out }).catch(async (error: unknown) => {
        // Else the next demo would first render what is left of this one.
        const { jobId } = submitted
        await client.cancelJob({ params: { jobId } }, { signal: AbortSignal.timeout(2000) }).catch(() => undefined)
        throw error
      }),
    )
    const { job, frames, outputs } = watched
    const pathOf = (kind: string) => outputs.find((one) => one.kind === kind)?.path ?? null
    const totalSeconds = (performance.now() - started) / 1000
    output.answer(
      {
        frames: frames.map(({ frame, path, sha256, renderSeconds }) => ({ frame, path, sha256, renderSeconds })),
        video: pathOf('video'),
        contactSheet: pathOf('contact_sheet'),
        totalSeconds,
        blender: blender.version,
        url: submitted.url,
        state: job.state,
        stages,
      },
      [
        table([
          ...stages.map(({ name, seconds }) => [name, formatSeconds(seconds)]),
          ['total', formatSeconds(totalSeconds)],
        ]),
        '',
        `In ${out}: ${counted(frames.length, 'frame')} by Blender ${blender.version}, rendered in ${frames.map(({ renderSeconds }) => formatSeconds(renderSeconds ?? 0)).join(', ')}`,
        `Contact sheet: ${pathOf('contact_sheet') ?? 'none (one frame)'}`,
        `Video: ${pathOf('video') ?? 'none (one frame)'}`,
        ...(options.keep
          ? [`The page: ${submitted.url}  (Ctrl-C stops everything)`]
          : [`Look at it in the browser: run it again with --keep.`]),
      ].join('\n'),
    )
    if (job.state !== 'completed') {
      output.warn(
        `The job has ${job.state}${job.error === null ? '' : `: ${job.error.message}`}. Logs are in ${join(folder, 'logs')}.`,
      )
      return exitCodes.failed
    }
    if (options.keep) await untilAborted(context.signal)
    return exitCodes.done
  } finally {
    output.note('Stopping …')
    await stack.stop()
  }
}

const adminFile = z.object({ email: z.string(), password: z.string() })
type Admin = z.infer<typeof adminFile>

/** The demo's own administrator: made at the first start, then known from a file that only its owner may read. */
async function signIn(url: string, folder: string): Promise<{ client: Client; token: string; admin: Admin }> {
  const path = join(folder, 'admin.json')
  const anonymous = createClient({ server: url })
  const { setupNeeded } = await anonymous.info({})
  const saved = adminFile.safeParse(await readJson(path).catch(() => undefined))
  // Written before it is used: an interruption between the two must not lock the next run out.
  const admin = saved.success
    ? saved.data
    : { email: 'demo@backlot.localhost', password: randomBytes(12).toString('base64url') }
  if (!saved.success) await writeJson(path, admin, { mode: 0o600 })
  if (setupNeeded) {
    const token = await readFile(join(folder, 'setup-token'), 'utf8')
    await anonymous.setup({
      body: { token: token.trim(), name: 'Demo', ...admin, tenant: { name: 'Demo studio', slug: 'demo' } },
    })
  }
  const { token } = await anonymous.signIn({ body: admin })
  return { admin, token, client: createClient({ server: url, headers: () => ({ authorization: `Bearer ${token}` }) }) }
}
