import { readlink } from 'node:fs/promises'
import { systemPath } from './environment.ts'
import type { FoundBlender } from './find.ts'
import { runProgram } from './run-program.ts'

/**
 * What a program is started through so that it has no network: a network namespace of its own, in which even 127.0.0.1
 * is not there. `unshare` becomes the program that it starts (no `--fork`): process id, parent, group and descriptors stay.
 */
export type Launcher = readonly [command: string, ...args: string[]]

/**
 * The first that works is taken. In a user namespace, which needs no rights, a program can't go back to the machine's
 * network even as root; where root may not make one, a network namespace alone is better than none.
 */
const launchers: readonly Launcher[] = [
  ['unshare', '--user', '--map-current-user', '--net', '--'],
  ['unshare', '--user', '--map-root-user', '--net', '--'], // util-linux before 2.35
  ['unshare', '--net', '--'],
]

/** Finds out whether programs can be started without a network here, by starting one. */
export async function findLauncher(): Promise<Launcher | { reason: string }> {
  if (process.platform !== 'linux') return { reason: 'only Linux has network namespaces' }
  const ours = await readlink('/proc/self/ns/net').catch(() => undefined)
  let reason = 'this kernel has no network namespaces'
  if (ours === undefined) return { reason }
  for (const launcher of launchers) {
    const { code, stdout, stderr } = await run(launcher, ['readlink', '/proc/self/ns/net'])
    const theirs = stdout.trim()
    if (code === 0 && theirs !== '' && theirs !== ours) return launcher
    reason = stderr.trim() || 'unshare changed nothing'
  }
  return { reason }
}

/**
 * Whether this Blender starts through it and can write into `folder`, which may be a home that a user namespace locks out.
 * A snap does not: its launcher has to become root.
 */
export async function startsThrough(
  launcher: Launcher,
  { path }: Pick<FoundBlender, 'path'>,
  folder: string,
): Promise<boolean> {
  const { code } = await run(launcher, ['sh', '-c', 'test -w "$0" && exec "$@"', folder, path, '--version'])
  return code === 0
}

function run([command, ...args]: Launcher, program: readonly string[]) {
  return runProgram(command, [...args, ...program], { env: { PATH: systemPath.posix } })
}
