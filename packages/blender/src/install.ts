import { mkdir, rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError, messageOf } from '@backlot/base/errors'
import { writeJson } from '@backlot/base/node/atomic-file'
import { withFileLock } from '@backlot/base/node/file-lock'
import { findBlenders, type FoundBlender } from './find.ts'
import { installArchive, resolveArchive } from './install-archive.ts'
import { type InstallOptions, type InstallSource, installSources } from './install-options.ts'
import { installWheel, knownWheel } from './install-wheel.ts'
import { blendersFolder, installedBlenders, type InstalledRecord, recordFile } from './installed.ts'
import { defaultVersion, knownVersions } from './known-versions.ts'
import { needLibraries } from './libraries.ts'
import { candidateVersion, installSystemPackages } from './system-packages.ts'
import { parseVersion, seriesOf } from './version.ts'

/** Archive and unpacked build, or wheel and environment, together at their largest. Bytes. */
const neededBytes = 1_800_000_000

/**
 * Gets a Blender that Backlot may use: the official build, else the official bpy module from PyPI, else the
 * distribution's package. Atomic, safe against two at once, resumable, and cancellable at any moment; a version that is
 * there already is returned at once. Fails with the reasons of every way that was tried.
 */
export async function installBlender(options: InstallOptions): Promise<FoundBlender> {
  const wanted = options.version ?? defaultVersion
  if (!parseVersion(wanted)) {
    const message = `"${wanted}" is not a version of Blender: write 5.0.1 or 4.5.`
    throw new CodedError('blender.unknown_version', message, { details: { version: wanted } })
  }
  const lock = join(blendersFolder(options.cacheFolder), 'install.lock')
  const onWait = (holder: number) =>
    options.say(`Another installation is under way (process ${holder}): waiting for it.`)
  try {
    return await withFileLock(lock, () => installLocked(wanted, options), {
      onWait,
      ...(options.signal && { signal: options.signal }),
    })
  } catch (error) {
    if (options.signal?.aborted)
      throw new CodedError('cli.interrupted', 'The installation was interrupted.', { cause: error })
    throw error
  }
}

async function installLocked(wanted: string, options: InstallOptions): Promise<FoundBlender> {
  const there = await alreadyThere(wanted, options)
  if (there) {
    await prepareSystem(there.blender.version, there.probe, options)
    return there.blender
  }
  options.onProgress?.({ phase: 'checking' })
  await needSpace(options.cacheFolder)
  const reasons: { source: InstallSource; message: string; code: string }[] = []
  const sources = options.sources ?? installSources
  for (const source of sources) {
    options.signal?.throwIfAborted()
    try {
      return await ways[source](wanted, options)
    } catch (error) {
      if (options.signal?.aborted) throw error
      const code = error instanceof CodedError ? error.code : 'blender.install_failed'
      // What the person has to settle first would stop the other ways too, or be hidden by them.
      if (['host.disk_full', 'blender.system_packages', 'blender.library_missing'].includes(code)) throw error
      reasons.push({ source, message: messageOf(error), code })
      // The last one's reason is told by the error.
      if (source !== sources.at(-1)) options.say(messageOf(error))
    }
  }
  const [only] = reasons
  const message = reasons.map((each) => `\n  ${each.source}: ${each.message}`).join('')
  const code = reasons.length === 1 && only ? only.code : 'blender.install_failed'
  throw new CodedError(code, `Blender ${wanted} could not be installed:${message}`, {
    details: { version: wanted, reasons },
  })
}

/** numpy: the sample project and many add-ons need it, and Debian only recommends it. */
const distributionPackages = [
  { apt: 'blender', dnf: 'blender', pacman: 'blender', zypper: 'blender' },
  { apt: 'python3-numpy', dnf: 'python3-numpy', pacman: 'python-numpy', zypper: 'python3-numpy' },
]

const ways: Record<InstallSource, (wanted: string, options: InstallOptions) => Promise<FoundBlender>> = {
  archive: async (wanted, options) => {
    const pinned = knownVersions.find(({ version }) => seriesOf(version) === wanted)?.version
    const version = pinned ?? (await resolveArchive(wanted, options.signal))
    return place(version, 'executable', options, async (folder) => {
      const program = await installArchive(version, folder, options)
      return { program, probe: program }
    })
  },
  wheel: async (wanted, options) => {
    const known = knownWheel(wanted, options.platform, options.arch)
    if (!known) {
      const have = knownVersions.map(({ version }) => version).join(', ')
      const message = `The bpy module is pinned for ${have} only, not for ${wanted} on this platform.`
      throw new CodedError('blender.unknown_version', message, { details: { version: wanted } })
    }
    return place(known.version, 'module', options, (folder) => installWheel(known, folder, options))
  },
  package: async (wanted, options) => {
    // A system's packages are not changed for a version that they would not bring.
    const candidate = await candidateVersion('blender')
    if (options.version && seriesOf(candidate ?? '') !== seriesOf(wanted)) {
      const message = `The distribution has Blender ${candidate ?? 'of an unknown version'}, not ${wanted}.`
      throw new CodedError('blender.unknown_version', message, { details: { have: candidate, version: wanted } })
    }
    const why = `This distribution has a Blender of its own${candidate === undefined ? '' : ` (${candidate})`}, which can be used.`
    await installSystemPackages(distributionPackages, why, {
      say: options.say,
      signal: options.signal,
      allowed: options.systemPackages,
    })
    const { blenders } = await findBlenders(options)
    const found = blenders.find(({ source, kind }) => kind === 'executable' && source !== 'installed')
    if (!found) throw new CodedError('blender.install_failed', 'The package was installed and no Blender is on PATH.')
    return found
  },
}

/** Fills a temporary folder and gives it its name when it is complete. */
async function place(
  version: string,
  kind: InstalledRecord['kind'],
  options: InstallOptions,
  fill: (folder: string) => Promise<Pick<InstalledRecord, 'program' | 'probe'>>,
): Promise<FoundBlender> {
  const root = blendersFolder(options.cacheFolder)
  const folder = join(root, `${version}-${kind}`)
  const partial = join(root, `.partial-${version}-${kind}`)
  await rm(partial, { recursive: true, force: true }) // of a try that was killed
  try {
    const { program, probe } = await fill(partial)
    const record: InstalledRecord = { version, kind, program, probe, installedAt: new Date().toISOString() }
    await writeJson(join(partial, recordFile), record)
    await rm(folder, { recursive: true, force: true })
    await rename(partial, folder)
    await prepareSystem(version, join(folder, probe), options) // a failure here keeps what was fetched
    options.say(`Blender ${version} is ready.`)
    return { version, kind, path: join(folder, program), source: 'installed' }
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

async function alreadyThere(
  wanted: string,
  { cacheFolder }: InstallOptions,
): Promise<{ blender: FoundBlender; probe: string } | undefined> {
  const installed = await installedBlenders(cacheFolder)
  const fit = installed.find(({ version }) => version === wanted || seriesOf(version) === wanted)
  if (!fit) return undefined
  const { version, kind, folder, program, probe } = fit
  return { blender: { version, kind, path: join(folder, program), source: 'installed' }, probe: join(folder, probe) }
}

/** What Blender needs of the system. Asked again at every installation: a person may just have run the named command. */
function prepareSystem(version: string, probe: string, options: InstallOptions): Promise<void> {
  const { platform, say, signal, systemPackages } = options
  return needLibraries({ version, probe, platform }, { say, signal, allowed: systemPackages })
}

async function needSpace(cacheFolder: string): Promise<void> {
  await mkdir(blendersFolder(cacheFolder), { recursive: true })
  const { bavail, bsize } = await statfs(cacheFolder)
  const free = bavail * bsize
  if (free >= neededBytes) return
  const message = `Installing a Blender needs 1.8 GB of free disk space; ${cacheFolder} has ${(free / 1e9).toFixed(1)} GB.`
  throw new CodedError('host.disk_full', message, { details: { neededBytes, freeBytes: free, folder: cacheFolder } })
}
