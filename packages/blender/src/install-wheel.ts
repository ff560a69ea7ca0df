import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { startGroup } from '@backlot/base/node/process-group'
import type { InstallOptions, InstallProgress } from './install-options.ts'
import { type KnownVersion, knownVersions, platformName } from './known-versions.ts'
import { pythonIn } from './places.ts'
import { needPython311 } from './python311.ts'
import { runProgram } from './run-program.ts'
import { seriesOf } from './version.ts'

const dependencies = new URL('../requirements/bpy-dependencies.txt', import.meta.url)
const measureMs = 500

/** The pinned version that '4.5' or '4.5.15' means; undefined where its wheel is not pinned for this platform. */
export function knownWheel(version: string, platform: NodeJS.Platform, arch: string): KnownVersion | undefined {
  const name = platformName(platform, arch)
  return knownVersions.find(
    (known) => name && known.wheels[name] && (known.version === version || seriesOf(known.version) === version),
  )
}

/**
 * Installs the official bpy wheel from PyPI into a virtual environment of its own in `folder`, every file checked against
 * a pinned hash. pip keeps finished downloads in its cache, so a second try does not fetch them again.
 */
export async function installWheel(
  known: KnownVersion,
  folder: string,
  options: InstallOptions,
): Promise<{ program: string; probe: string }> {
  const { platform, arch, say, onProgress, signal, env } = options
  const python = await needPython311(options)
  say(`Installing the bpy module ${known.version} from PyPI (about ${Math.round(known.wheelBytes / 1e6)} MB).`)
  const made = await runProgram(python, ['-m', 'venv', folder], { timeoutMs: 120_000, ...(signal && { signal }) })
  if (made.code !== 0)
    throw new CodedError('blender.install_failed', `No virtual environment can be made: ${made.stderr.trim()}`)

  const requirements = join(folder, 'requirements.txt')
  const name = platformName(platform, arch) as keyof KnownVersion['wheels']
  const own = `bpy==${known.version} --hash=sha256:${known.wheels[name]}\n`
  await writeFile(requirements, own + (await readFile(dependencies, 'utf8')))
  const temporary = join(folder, 'tmp')
  await mkdir(temporary)
  const args = [
    '-m',
    'pip',
    'install',
    '--require-hashes',
    '--only-binary',
    ':all:',
    '--no-compile',
    '--progress-bar',
    'off',
    '-r',
    requirements,
  ]
  const stopMeasuring = measure(temporary, folder, known, onProgress)
  try {
    const environment = {
      ...env,
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
    }
    await runPip(pythonIn(folder, platform), args, environment as NodeJS.ProcessEnv, signal)
  } finally {
    stopMeasuring()
    await rm(temporary, { recursive: true, force: true })
  }
  const program = relative(folder, pythonIn(folder, platform))
  const where = "import importlib.util as u; print(u.find_spec('bpy').origin)"
  const { stdout } = await runProgram(pythonIn(folder, platform), ['-c', where])
  const origin = stdout.trim()
  if (!origin) throw new CodedError('blender.install_failed', 'The bpy module was installed and is not there.')
  return { program, probe: relative(folder, origin) }
}

async function runPip(
  python: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<void> {
  const group = await startGroup(python, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [group.child.stdout, group.child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-8000)))
  }
  const onAbort = () => void group.end()
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()
  const { code } = await group.exited
  signal?.removeEventListener('abort', onAbort)
  signal?.throwIfAborted()
  if (code !== 0) throw pipFailed(output)
}

function pipFailed(output: string): CodedError {
  const reason =
    output
      .split('\n')
      .findLast((line) => line.startsWith('ERROR:'))
      ?.slice(7) ??
    output.trim().split('\n').at(-1) ??
    ''
  const details = { output: output.slice(-2000) }
  if (/No space left on device/i.test(output)) {
    return new CodedError('host.disk_full', 'The disk is full: the bpy module could not be installed.', { details })
  }
  if (/THESE PACKAGES DO NOT MATCH THE HASHES/i.test(output)) {
    return new CodedError('blender.checksum_mismatch', 'A package from PyPI does not have its pinned hash.', {
      details,
    })
  }
  if (/NewConnectionError|ConnectTimeout|Temporary failure in name resolution|Could not find a version/i.test(output)) {
    return new CodedError('network.unreachable', `The bpy module can't be fetched from PyPI: ${reason}`, { details })
  }
  return new CodedError('blender.install_failed', `The bpy module could not be installed: ${reason}`, { details })
}

/** pip has no progress that a program can read before 24.1: the growing folders tell it. Returns how to stop. */
function measure(
  temporary: string,
  folder: string,
  known: KnownVersion,
  onProgress: ((progress: InstallProgress) => void) | undefined,
): () => void {
  if (!onProgress) return () => {}
  let busy = false
  let most = 0 // of what is installed: the count dips while pip moves files
  const timer = setInterval(async () => {
    if (busy) return
    busy = true
    const [fetched, everything] = await Promise.all([sizeOf(temporary), sizeOf(folder)])
    const installed = (most = Math.max(most, everything - fetched))
    // The environment itself with its pip has about 20 MB: below twice that, nothing is unpacked yet.
    if (installed < 40_000_000) {
      onProgress({ phase: 'downloading', doneBytes: Math.min(fetched, known.wheelBytes), totalBytes: known.wheelBytes })
    } else {
      onProgress({
        phase: 'installing',
        doneBytes: Math.min(installed, known.installedBytes),
        totalBytes: known.installedBytes,
      })
    }
    busy = false
  }, measureMs)
  return () => clearInterval(timer)
}

/** Bytes of all files below a folder; what vanishes meanwhile counts nothing. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
