import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from '@backlot/blender/run-program'
import { freePort } from '@backlot/db/embedded/free-port'
import { run, startService } from './programs.ts'

export interface Rclone {
  /** `rclone 1.60.1`. */
  name: string
}

export const rcloneProtocols = ['sftp', 'webdav'] as const
export type RcloneProtocol = (typeof rcloneProtocols)[number]

/** The rclone of this machine, installed by apt-get where root may; or why there is none. */
export async function findRclone(note: (line: string) => void): Promise<Rclone | { missing: string }> {
  const found = await versionOf()
  if (found !== undefined) return found
  if (process.getuid?.() !== 0) return { missing: 'rclone is not installed (as root it would be, by apt-get)' }
  note('installing rclone with apt-get')
  const { code, stderr } = await runProgram('apt-get', ['install', '-y', '-q', 'rclone'], { timeoutMs: 300_000 })
  return (await versionOf()) ?? { missing: `apt-get could not install rclone (${code}): ${stderr.trim().slice(-200)}` }
}

async function versionOf(): Promise<Rclone | undefined> {
  const { code, stdout } = await runProgram('rclone', ['version'])
  if (code !== 0) return undefined
  return { name: `rclone ${/v([\d.]+)/.exec(stdout)?.[1] ?? ''}`.trim() }
}

export interface RcloneServer extends AsyncDisposable {
  port: number
  /** Copies a folder to it, through this port of this machine. Returns the seconds of the whole command. */
  copy: (from: string, port: number) => Promise<number>
  /** The other way. */
  fetch: (to: string, port: number) => Promise<number>
}

/** `rclone serve`: its own server for its own client, with nothing else in the way. */
export async function serveRclone(
  protocol: RcloneProtocol,
  { folder, scratch, signal }: { folder: string; scratch: string; signal: AbortSignal },
): Promise<RcloneServer> {
  const port = await freePort()
  const config = join(scratch, 'rclone.conf')
  await writeFile(config, '')
  const env = { ...process.env, RCLONE_CONFIG: config }
  const password = 'bench'
  const obscured = (await run('rclone', ['obscure', password], { env, signal })).stdout.trim()
  const login = ['--user', 'bench', '--pass', password]
  const args = ['serve', protocol, folder, '--addr', `127.0.0.1:${port}`, ...login]
  const server = await startService('rclone', args, port, { env, signal })
  const remotes = {
    sftp: (at: number) => `:sftp,host=127.0.0.1,port=${at},user=bench,pass=${obscured}:`,
    webdav: (at: number) => `:webdav,url='http://127.0.0.1:${at}',vendor=other,user=bench,pass=${obscured}:`,
  }
  const copy = async (from: string, to: string) => {
    const parallel = ['--transfers', '16', '--checkers', '16']
    return (await run('rclone', ['copy', from, to, ...parallel], { env, signal })).seconds
  }
  return {
    port,
    copy: (from, at) => copy(from, remotes[protocol](at)),
    fetch: (to, at) => copy(remotes[protocol](at), to),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
