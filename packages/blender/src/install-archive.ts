import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { download, fetchText } from './download.ts'
import type { InstallOptions } from './install-options.ts'
import { type PlatformName, platformName } from './known-versions.ts'
import { executableIn } from './places.ts'
import { runProgram } from './run-program.ts'
import { compareVersions, seriesOf } from './version.ts'

const releases = 'https://download.blender.org/release'

/** What the official site has for a platform, by the last part of the file's name; others are not offered by it. */
const suffixes: Partial<Record<PlatformName, string>> = {
  'linux-x64': 'linux-x64.tar.xz',
  'macos-arm64': 'macos-arm64.dmg',
  'macos-x64': 'macos-x64.dmg',
  'windows-x64': 'windows-x64.zip',
  'windows-arm64': 'windows-arm64.zip',
}

/** The newest patch of a series ('4.4' → '4.4.3') in the official listing. */
export function newestInListing(listing: string, series: string): string | undefined {
  const found = [...listing.matchAll(/blender-(\d+\.\d+\.\d+)\.sha256/g)].map((match) => match[1] as string)
  return found
    .filter((version) => seriesOf(version) === series)
    .toSorted(compareVersions)
    .at(-1)
}

/** The hash of one file in a published `.sha256` list: lines of hash, blanks, name. */
export function hashInList(list: string, file: string): string | undefined {
  const line = list.split('\n').find((each) => each.trim().endsWith(file))
  return /^[0-9a-f]{64}(?=\s)/i.exec(line?.trim() ?? '')?.[0].toLowerCase()
}

/** The exact version for '4.4' or '4.4.1'; asks the official site for a series. */
export async function resolveArchive(version: string, signal?: AbortSignal): Promise<string> {
  if (version.split('.').length === 3) return version
  const newest = newestInListing(await fetchText(`${releases}/Blender${version}/`, signal), version)
  if (newest) return newest
  throw new CodedError('blender.unknown_version', `The official site has no Blender ${version}.`, {
    details: { version },
  })
}

/** Fetches the official build of an exact version and unpacks it into `folder`. Returns its program, relative. */
export async function installArchive(version: string, folder: string, options: InstallOptions): Promise<string> {
  const { platform, arch, cacheFolder, say, onProgress, signal } = options
  const name = platformName(platform, arch)
  const suffix = name && suffixes[name]
  if (!suffix) {
    const message = `There is no official build of Blender for ${platform} on ${arch}.`
    throw new CodedError('blender.unknown_version', message, { details: { platform, arch } })
  }
  const file = `blender-${version}-${suffix}`
  const base = `${releases}/Blender${seriesOf(version)}`
  const sha256 = hashInList(await fetchText(`${base}/blender-${version}.sha256`, signal), file)
  if (!sha256)
    throw new CodedError('blender.unknown_version', `The official site has no ${file}.`, { details: { file } })
  const archive = join(cacheFolder, 'downloads', file)
  say(`Downloading ${file} from download.blender.org.`)
  await download(`${base}/${file}`, archive, {
    sha256,
    signal,
    onBytes: (doneBytes, totalBytes) =>
      onProgress?.({ phase: 'downloading', doneBytes, ...(totalBytes && { totalBytes }) }),
  })
  onProgress?.({ phase: 'unpacking' })
  await mkdir(folder, { recursive: true })
  await (suffix.endsWith('.dmg') ? unpackImage : unpackArchive)(archive, folder, signal)
  await rm(archive, { force: true })
  return executableIn(suffix.endsWith('.dmg') ? 'Blender.app' : '.', platform)
}

/** `tar` reads zip too on Windows; Debian's needs xz, which Python stands in for. The archive's one folder is dropped. */
async function unpackArchive(archive: string, folder: string, signal: AbortSignal | undefined): Promise<void> {
  const inner = join(folder, 'unpacking')
  await mkdir(inner, { recursive: true })
  const run = (program: string, args: readonly string[]) =>
    runProgram(program, args, { timeoutMs: 900_000, ...(signal && { signal }) })
  let result = await run('tar', ['-xf', archive, '-C', inner])
  if (result.code !== 0) result = await run('python3', ['-m', 'tarfile', '-e', archive, inner])
  signal?.throwIfAborted()
  if (result.code !== 0) throw unpackingFailed(archive, result.stderr)
  const [top, ...more] = await readdir(inner)
  if (!top || more.length > 0) throw unpackingFailed(archive, 'it does not hold exactly one folder')
  for (const entry of await readdir(join(inner, top))) await rename(join(inner, top, entry), join(folder, entry))
  await rm(inner, { recursive: true, force: true })
}

async function unpackImage(image: string, folder: string): Promise<void> {
  const mount = join(folder, 'mount')
  const attached = await runProgram('hdiutil', ['attach', '-nobrowse', '-readonly', '-mountpoint', mount, image], {
    timeoutMs: 300_000,
  })
  if (attached.code !== 0) throw unpackingFailed(image, attached.stderr)
  try {
    const copied = await runProgram('cp', ['-R', join(mount, 'Blender.app'), folder], { timeoutMs: 900_000 })
    if (copied.code !== 0) throw unpackingFailed(image, copied.stderr)
  } finally {
    await runProgram('hdiutil', ['detach', mount, '-force'], { timeoutMs: 60_000 })
  }
}

function unpackingFailed(archive: string, reason: string): CodedError {
  return new CodedError('blender.install_failed', `${archive} can't be unpacked: ${reason.trim()}`)
}
