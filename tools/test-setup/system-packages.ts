import { spawnSync } from 'node:child_process'

/** How packages of the system are installed here, as far as Backlot does it by itself. */
export function installerCommand(packages: readonly string[]): { show: string; mayRun: boolean } | undefined {
  if (!works('apt-get', ['--version'])) return undefined
  const isRoot = process.getuid?.() === 0
  return {
    show: `${isRoot ? '' : 'sudo '}apt-get install -y --no-install-recommends ${packages.join(' ')}`,
    mayRun: isRoot || works('sudo', ['-n', 'true']),
  }
}

/** Installs with apt-get, as root or by password-less sudo; false when it did not come about. */
export function installPackages(packages: readonly string[]): boolean {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const apt = (args: string[]): boolean => {
    const [program = '', ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args]
    return spawnSync(program, rest, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  }
  return apt(['update']) && apt(['install', '-y', '--no-install-recommends', ...packages])
}

export function works(program: string, args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}
