import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import type { InstallOptions } from './install-options.ts'
import { pythonIn } from './places.ts'
import { runProgram } from './run-program.ts'
import { installSystemPackages } from './system-packages.ts'

/** The bpy wheels are built for exactly this one. */
const series = '3.11'

/**
 * A Python 3.11 that can make virtual environments. In order: one of this machine; the distribution's package (Debian
 * 12); a standalone build by `uv` from PyPI (Debian 13, Ubuntu 24.04 have newer ones only), which is fetched from GitHub.
 */
export async function needPython311(options: InstallOptions): Promise<string> {
  const found = await findPython311(options)
  if (found) return found
  if (await distributionHasIt()) {
    const names = [{ apt: `python${series}` }, { apt: `python${series}-venv` }]
    await installSystemPackages(names, `The bpy module needs Python ${series}.`, {
      say: options.say,
      signal: options.signal,
      allowed: options.systemPackages,
    })
    const installed = await findPython311(options)
    if (installed) return installed
  }
  return standalone(options)
}

async function findPython311({ home, platform, env, cacheFolder }: InstallOptions): Promise<string | undefined> {
  const executable = platform === 'win32' ? 'python.exe' : join('bin', `python${series}`)
  const inFolders = await Promise.all(
    [
      join(cacheFolder, 'python'),
      join(home, '.pyenv', 'versions'),
      join(home, '.local', 'share', 'uv', 'python'),
      join(home, 'AppData', 'Roaming', 'uv', 'python'),
    ].map(async (folder) => {
      const names = await readdir(folder).catch(() => [])
      return names.filter((name) => name.includes(series)).map((name) => join(folder, name, executable))
    }),
  )
  // The system's first: a Python of a person's own tools may go away with the next clean-up.
  const places = [
    `/usr/bin/python${series}`,
    `/usr/local/bin/python${series}`,
    `/opt/homebrew/bin/python${series}`,
    `/Library/Frameworks/Python.framework/Versions/${series}/bin/python${series}`,
    join(env.LOCALAPPDATA ?? '', 'Programs', 'Python', 'Python311', 'python.exe'),
    `python${series}`,
    'python3',
    'python',
    ...inFolders.flat(),
  ]
  for (const place of places) if (await fits(place)) return place
  return undefined
}

async function fits(python: string): Promise<boolean> {
  const script = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])'
  const { code, stdout } = await runProgram(python, ['-c', script])
  return code === 0 && stdout.trim() === series
}

async function distributionHasIt(): Promise<boolean> {
  const { code, stdout } = await runProgram('apt-cache', ['policy', `python${series}`])
  if (code !== 0) return false
  if (/Candidate: \d/.test(stdout)) return true
  // No package lists yet (a fresh container): the release says as much.
  const release = await runProgram('sh', ['-c', '. /etc/os-release; echo "$ID $VERSION_ID"'])
  return stdout.trim() === '' && release.stdout.trim() === 'debian 12'
}

/** A standalone Python in the cache, by uv, which any Python 3.8 or newer can install. */
async function standalone({ cacheFolder, platform, say, signal, env }: InstallOptions): Promise<string> {
  const tools = join(cacheFolder, 'uv')
  const folder = join(cacheFolder, 'python')
  const python = platform === 'win32' ? 'python' : 'python3'
  say(`Fetching Python ${series} for the bpy module.`)
  await mkdir(folder, { recursive: true })
  const environment = {
    ...env,
    UV_PYTHON_INSTALL_DIR: folder,
    UV_HTTP_TIMEOUT: '20',
    UV_HTTP_RETRIES: '1',
  } as NodeJS.ProcessEnv
  const run = (program: string, args: readonly string[], timeoutMs: number) =>
    runProgram(program, args, { env: environment, timeoutMs, ...(signal && { signal }) })
  let uv = 'uv'
  if ((await run(uv, ['--version'], 10_000)).code !== 0) {
    uv = join(pythonIn(tools, platform), '..', platform === 'win32' ? 'uv.exe' : 'uv')
    if ((await run(uv, ['--version'], 10_000)).code !== 0) {
      await run(python, ['-m', 'venv', tools], 120_000)
      await run(pythonIn(tools, platform), ['-m', 'pip', 'install', '--quiet', 'uv==0.13.8'], 180_000)
    }
  }
  const { code, stderr } = await run(uv, ['python', 'install', '--no-bin', series], 300_000)
  const names = (await readdir(folder)).filter((name) => name.includes(series))
  for (const name of names) {
    const found = join(folder, name, platform === 'win32' ? 'python.exe' : join('bin', `python${series}`))
    if (await fits(found)) return found
  }
  const reason = (stderr.trim().split('\n').at(-1) ?? '').replace(/^\s*(caused by|cause|error):\s*/i, '')
  throw new CodedError(
    'blender.python_missing',
    `The bpy module needs Python ${series}, which this machine does not have, and it can't be fetched: ${reason || `exit code ${code}`}`,
    {
      details: { output: stderr.slice(-2000) },
    },
  )
}
