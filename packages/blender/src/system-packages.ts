import { childEnvironment } from '@backlot/base/node/child-environment'
import { CodedError } from '@backlot/base/errors'
import { runProgram } from './run-program.ts'

interface PackageManager {
  name: 'apt' | 'dnf' | 'pacman' | 'zypper'
  program: string
  install: readonly string[]
  refresh?: readonly string[]
}

const managers: readonly PackageManager[] = [
  {
    name: 'apt',
    program: 'apt-get',
    install: ['install', '-y', '--no-install-recommends'],
    refresh: ['update'],
  },
  { name: 'dnf', program: 'dnf', install: ['install', '-y'] },
  { name: 'pacman', program: 'pacman', install: ['-S', '--noconfirm', '--needed'] },
  { name: 'zypper', program: 'zypper', install: ['--non-interactive', 'install'] },
]

/** Names of one thing in each distribution's packages; what a manager lacks can't be installed by it. */
export type PackageNames = Partial<Record<PackageManager['name'], string>>

async function findPackageManager(): Promise<PackageManager | undefined> {
  for (const manager of managers) {
    if ((await runProgram(manager.program, ['--version'])).code === 0) return manager
  }
  return undefined
}

/** The version of a package that installing would bring, where apt knows it. */
export async function candidateVersion(name: string): Promise<string | undefined> {
  const { stdout } = await runProgram('apt-cache', ['policy', name])
  return /Candidate: (?:\d+:)?(\d[\w.]*)/.exec(stdout)?.[1]
}

/** The command that a person would type. */
function installCommand(manager: PackageManager, packages: readonly string[]): string {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo']
  return [...sudo, manager.program, ...manager.install, ...packages].join(' ')
}

/** What has to stand before a command to run it as root: nothing, or `sudo -n`; undefined when neither works. */
async function rootPrefix(): Promise<readonly string[] | undefined> {
  if (process.getuid?.() === 0) return []
  return (await runProgram('sudo', ['-n', 'true'])).code === 0 ? ['sudo', '-n'] : undefined
}

export interface SystemInstallOptions {
  say: (line: string) => void
  signal?: AbortSignal | undefined
  /** Default true. */
  allowed?: boolean | undefined
}

/** Installs packages, after saying so. Where that is not possible, the error names the exact command. */
export async function installSystemPackages(
  names: readonly PackageNames[],
  why: string,
  { say, signal, allowed = true }: SystemInstallOptions,
): Promise<void> {
  const manager = await findPackageManager()
  const packages = manager ? names.flatMap((each) => each[manager.name] ?? []) : []
  if (!manager || packages.length < names.length) {
    throw new CodedError('blender.system_packages', `${why} Backlot does not know how this system installs it.`, {
      details: { packages: names },
    })
  }
  const command = installCommand(manager, packages)
  const prefix = allowed ? await rootPrefix() : undefined
  if (!prefix) {
    throw new CodedError('blender.system_packages', `${why} Run: ${command}`, { details: { command } })
  }
  say(`${why} Running: ${command}`)
  const run = (args: readonly string[]) => {
    const [program, ...rest] = [...prefix, manager.program, ...args] as [string, ...string[]]
    const env = { ...childEnvironment(), DEBIAN_FRONTEND: 'noninteractive' }
    return runProgram(program, rest, { timeoutMs: 900_000, env, ...(signal && { signal }) })
  }
  let result = await run([...manager.install, ...packages])
  if (result.code !== 0 && manager.refresh) {
    // A fresh machine has no package lists, and an old one has stale ones.
    await run(manager.refresh)
    result = await run([...manager.install, ...packages])
  }
  if (result.code !== 0) {
    const reason = result.stderr.trim().split('\n').at(-1) ?? ''
    throw new CodedError('blender.system_packages', `${why} Installing failed: ${reason} Run: ${command}`, {
      details: { command, output: result.stderr.slice(-2000) },
    })
  }
}
