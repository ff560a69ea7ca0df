import { hostname } from 'node:os'
import type { CliContext } from '../context.ts'
import { buildWeb } from '../stack/web-build.ts'
import { startStack } from '../stack/stack.ts'
import { untilAborted } from '../until-aborted.ts'

/** Most frames are done by then; a longer one is rendered again after the next start. */
const drainSeconds = 15

interface Options {
  port: number
  host: string
  trustProxy?: string
  worker: boolean
}

/** Runs everything until it is stopped. What was going on when it was killed goes on at the next start. */
export async function run(context: CliContext, options: Options): Promise<void> {
  const { output, dataFolder, signal } = context
  const webFolder = await buildWeb(output)
  const stack = await startStack(context, {
    dataFolder,
    host: options.host,
    port: options.port,
    trustProxy: options.trustProxy,
    webFolder,
    worker: options.worker ? { name: hostname(), slots: 1, drainSeconds } : undefined,
  })
  try {
    const { url, setupUrl } = stack
    output.line(
      { url, ...(setupUrl !== undefined && { setupUrl }), dataDir: dataFolder, pid: process.pid },
      [
        `Backlot runs at ${output.paintAnswer('bold', url)}  (data in ${dataFolder})`,
        ...(setupUrl === undefined
          ? []
          : [`Create the first administrator here, once: ${output.paintAnswer('bold', setupUrl)}`]),
        'Ctrl-C stops it.',
      ].join('\n'),
    )
    await untilAborted(signal)
  } finally {
    output.note(options.worker ? `Stopping … (a frame that renders has ${drainSeconds} s to finish)` : 'Stopping …')
    await stack.stop()
  }
}
