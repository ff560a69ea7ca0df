/**
 * The launcher's second half, on the Node that the first half found: fetches the pinned pnpm when it is missing, and
 * installs this checkout's dependencies when its lock file changed. It has no dependencies itself.
 *
 *     node install.ts (find_pnpm | dependencies_are_current) ROOT CACHE PLATFORM TMP
 *
 * TMP is an empty folder on the disk of CACHE; the caller holds the lock and removes TMP. Ends with 0, with 1 after
 * saying what to do, with 9 when there is no npm to fetch pnpm with, or with 130 when interrupted.
 */
import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, realpathSync, statfsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { findPin } from './pins.ts'
import { explain } from './explain.ts'

const [goal, root = '', cache = '', platform = '', tmp = ''] = process.argv.slice(2)
const noNpm = 9

// A launcher that was killed must not leave an installation running that the next one would collide with.
const parent = process.ppid
setInterval(() => process.ppid !== parent && process.exit(1), 500).unref()

process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))
process.exitCode = await main()

async function main(): Promise<number> {
  const pnpm = (await findPnpm()) ?? (await fetchPnpm())
  if (typeof pnpm === 'number') return pnpm
  return goal === 'find_pnpm' ? 0 : await installDependencies(pnpm)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

async function pnpmFolder(): Promise<string> {
  const pin = await findPin('pnpm', platform)
  return join(cache, 'pnpm', `${pin?.version}-${platform}`)
}

function binaryName(): string {
  return process.platform === 'win32' ? 'pnpm.exe' : 'pnpm'
}

async function findPnpm(): Promise<string | undefined> {
  const path = join(await pnpmFolder(), binaryName())
  return existsSync(path) ? path : undefined
}

/** The path of the new pnpm, or an exit code. */
async function fetchPnpm(): Promise<string | number> {
  const pin = await findPin('pnpm', platform)
  if (!pin) return failed('pnpm', `there is no pnpm for ${platform}.`, '')
  const npm = findNpm()
  if (!npm) return noNpm
  // pnpm 12 is a native program in a package per platform: fetching that one needs no install script.
  const folder = join(tmp, 'pnpm')
  await mkdir(folder, { recursive: true })
  const dependencies = { [pin.package]: pin.version }
  const integrity = pin.integrity === '-' ? {} : { integrity: pin.integrity }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  await writeFile(
    join(folder, 'package-lock.json'),
    JSON.stringify({
      lockfileVersion: 3,
      packages: { '': { dependencies }, [`node_modules/${pin.package}`]: { version: pin.version, ...integrity } },
    }),
  )
  const args = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--cache',
    `${tmp}/npm-cache`,
  ]
  const retries = ['--fetch-retries', '2', '--fetch-retry-mintimeout', '1000', '--fetch-retry-maxtimeout', '3000']
  const result = await step(`pnpm ${pin.version}`, process.execPath, [npm, ...args, ...retries], folder)
  if (result.code !== 0) return failed('pnpm', 'pnpm could not be fetched with npm.', result.output)
  const target = await pnpmFolder()
  await rm(target, { recursive: true, force: true })
  await mkdir(dirname(target), { recursive: true })
  await rename(join(folder, 'node_modules', pin.package), target)
  return join(target, binaryName())
}

/** npm's program: the one that came with this Node, else the one that `npm` on PATH leads to. */
function findNpm(): string | undefined {
  const nodeFolder = dirname(process.execPath)
  const beside = [join(nodeFolder, '..', 'lib'), nodeFolder].map((lib) => join(lib, 'node_modules/npm/bin/npm-cli.js'))
  const onPath = (process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => {
    const windows = join(folder, 'node_modules/npm/bin/npm-cli.js')
    const link = join(folder, 'npm')
    return existsSync(link) ? [realpathSync(link), windows] : [windows]
  })
  return [...beside, ...onPath].find((path) => path.endsWith('npm-cli.js') && existsSync(path))
}

async function installDependencies(pnpm: string): Promise<number> {
  const modules = join(root, 'node_modules')
  try {
    accessSync(root, constants.W_OK)
    await mkdir(modules, { recursive: true })
    for (const name of await readdir(modules)) {
      if (name.startsWith('.backlot-installed-')) await rm(join(modules, name))
    }
  } catch (error) {
    return failed('checkout', `this checkout can't be written to: ${root}`, String(error))
  }
  // The lock file as it is now: one that changes while pnpm runs is then seen at the next start.
  const lockFile = join(tmp, 'pnpm-lock.yaml')
  await copyFile(join(root, 'pnpm-lock.yaml'), lockFile)
  // Everything of ours in one folder when a person chose the folder; else pnpm's own store, which their other projects share.
  const store = process.env['BACKLOT_CACHE'] ? ['--store-dir', join(cache, 'pnpm-store')] : []
  const result = await step('dependencies', pnpm, ['install', '--frozen-lockfile', ...store], root)
  if (result.code !== 0) return failed('dependencies', 'the dependencies could not be installed.', result.output)
  const stamp = join(modules, `.backlot-installed-${platform}`)
  await copyFile(lockFile, `${stamp}.new`)
  await rename(`${stamp}.new`, stamp)
  return 0
}

/** Runs a program; on a terminal with its own progress, else in silence, with its output kept. */
async function step(
  label: string,
  program: string,
  args: string[],
  cwd: string,
): Promise<{ code: number; output: string }> {
  const started = performance.now()
  say(`${label} ...`)
  // stdout belongs to the command that comes after us, so the tool's goes to stderr.
  const terminal = process.stderr.isTTY && program !== process.execPath
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter)
  // pnpm's own retries take over a minute to tell that there is no network.
  const retries = { pnpm_config_fetch_retry_mintimeout: '1000', pnpm_config_fetch_retry_maxtimeout: '3000' }
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...retries, PATH: path },
    stdio: ['ignore', terminal ? 2 : 'pipe', terminal ? 2 : 'pipe'],
  })
  process.on('exit', () => child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)))
  const code = await new Promise<number>((resolve) => {
    child.on('error', (error) => {
      output += String(error)
      resolve(1)
    })
    child.on('close', (exitCode) => resolve(exitCode ?? 1))
  })
  if (code === 0) say(`${label}: done in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return { code, output }
}

async function failed(what: 'pnpm' | 'checkout' | 'dependencies', message: string, output: string): Promise<number> {
  const log = join(cache, 'launcher.log')
  const kept = await writeFile(log, output).then(
    () => output !== '',
    () => false,
  )
  const { bavail, bsize } = statfsSync(what === 'pnpm' ? cache : root)
  const freeMegabytes = Math.floor((bavail * bsize) / 2 ** 20)
  say(`backlot: ${message}`)
  for (const line of explain(what, output, freeMegabytes)) say(`  ${line}`)
  if (kept) say(`  (whole output: ${log})`)
  return 1
}
