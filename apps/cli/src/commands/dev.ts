import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { CliContext } from '../context.ts'
import { freePort } from '../stack/free-port.ts'
import { checkout, serverEntry, webFolder, workerEntry } from '../stack/paths.ts'
import { untilAborted } from '../until-aborted.ts'
import { seedDevelopment } from '../stack/seed-development.ts'

/** Server and worker that start again when their sources change, the web app with hot reload, and somebody to sign in as. */
export async function run(context: CliContext, options: { port: number }): Promise<void> {
  const { output, signal } = context
  const isNamed = context.dataFolderIsNamed || context.env.BACKLOT_DATA !== undefined
  const dataFolder = isNamed ? context.dataFolder : join(checkout, '.backlot', 'dev')
  // Looked at first: a watched process that can't listen waits for a change of its sources.
  const port = await freePort(options.port)
  const serverPort = await freePort(options.port === 0 ? 0 : port + 1)
  const common = {
    ...context.env,
    BACKLOT_CACHE: context.cacheFolder,
    BACKLOT_DATA: dataFolder,
    BACKLOT_END_WITH_PARENT: '1',
  }
  const server = `http://127.0.0.1:${serverPort}`
  const children = [
    start([process.execPath, '--watch-preserve-output', '--watch', serverEntry], {
      ...common,
      BACKLOT_PORT: String(serverPort),
      BACKLOT_PUBLIC_URL: `http://127.0.0.1:${port}`,
    }),
    start(
      [process.execPath, join(webFolder, 'node_modules/vite/bin/vite.js'), '--port', String(port), '--strictPort'],
      { ...common, BACKLOT_SERVER: server },
      webFolder,
    ),
  ]
  try {
    const { email, password, workerToken } = await seedDevelopment(server, dataFolder, signal)
    children.push(
      start([process.execPath, '--watch-preserve-output', '--watch', workerEntry], {
        ...common,
        BACKLOT_SERVER: server,
        BACKLOT_WORKER_TOKEN: workerToken,
        BACKLOT_WORKER_DATA: join(dataFolder, 'worker'),
        BACKLOT_WORKER_NAME: 'dev',
      }),
    )
    output.answer(
      { url: `http://127.0.0.1:${port}`, server, email, password },
      `http://127.0.0.1:${port}  sign in as ${email} with ${password}`,
    )
    await untilAborted(signal)
  } finally {
    await Promise.all(children.map((child) => child.stop()))
  }
}

function start([command, ...args]: string[], env: Record<string, string | undefined>, cwd = checkout) {
  const child = spawn(command as string, args, {
    env,
    cwd,
    // What they say is no answer of this command.
    stdio: ['pipe', 2, 2],
    detached: process.platform !== 'win32',
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    async stop() {
      child.stdin?.end()
      child.kill('SIGTERM')
      await ended
    },
  }
}
