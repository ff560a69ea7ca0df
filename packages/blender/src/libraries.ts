import { CodedError } from '@backlot/base/errors'
import { runProgram } from './run-program.ts'
import { installSystemPackages, type PackageNames, type SystemInstallOptions } from './system-packages.ts'

export interface MissingLibrary {
  /** As the loader asks for it: `libXi.so.6`. */
  library: string
  packages: PackageNames | undefined
  /** Cycles works without it; EEVEE and Workbench abort the process. */
  onlyForViewports: boolean
}

const packagesOf: Record<string, PackageNames> = {
  'libX11.so.6': { apt: 'libx11-6', dnf: 'libX11', pacman: 'libx11', zypper: 'libX11-6' },
  'libXext.so.6': { apt: 'libxext6', dnf: 'libXext', pacman: 'libxext', zypper: 'libXext6' },
  'libXrender.so.1': { apt: 'libxrender1', dnf: 'libXrender', pacman: 'libxrender', zypper: 'libXrender1' },
  'libXfixes.so.3': { apt: 'libxfixes3', dnf: 'libXfixes', pacman: 'libxfixes', zypper: 'libXfixes3' },
  'libXi.so.6': { apt: 'libxi6', dnf: 'libXi', pacman: 'libxi', zypper: 'libXi6' },
  'libXxf86vm.so.1': { apt: 'libxxf86vm1', dnf: 'libXxf86vm', pacman: 'libxxf86vm', zypper: 'libXxf86vm1' },
  'libxkbcommon.so.0': { apt: 'libxkbcommon0', dnf: 'libxkbcommon', pacman: 'libxkbcommon', zypper: 'libxkbcommon0' },
  'libSM.so.6': { apt: 'libsm6', dnf: 'libSM', pacman: 'libsm', zypper: 'libSM6' },
  'libICE.so.6': { apt: 'libice6', dnf: 'libICE', pacman: 'libice', zypper: 'libICE6' },
  'libGL.so.1': { apt: 'libgl1', dnf: 'libglvnd-glx', pacman: 'libglvnd', zypper: 'Mesa-libGL1' },
  'libEGL.so.1': { apt: 'libegl1', dnf: 'libglvnd-egl', pacman: 'libglvnd', zypper: 'Mesa-libEGL1' },
  'libgomp.so.1': { apt: 'libgomp1', dnf: 'libgomp', pacman: 'gcc-libs', zypper: 'libgomp1' },
}

/** Loaded by name while it runs, so the loader's list does not have it. */
const loadedLater = ['libEGL.so.1']

/**
 * Libraries of the system that a Blender needs and does not find. Asked before its first use, because the lack of libEGL
 * is not an error message but the end of the process. `probe` is Blender's program, or the module's shared library.
 */
export async function missingLibraries(probe: string, platform: NodeJS.Platform): Promise<MissingLibrary[]> {
  if (platform !== 'linux') return [] // the other platforms bring everything along
  const { stdout } = await runProgram('ldd', [probe])
  const named = parseLdd(stdout)
  const cache = await runProgram('/sbin/ldconfig', ['-p'])
  const later = cache.code === 0 ? loadedLater.filter((library) => !cache.stdout.includes(`${library} `)) : []
  return [...new Set([...named, ...later])].map((library) => ({
    library,
    packages: packagesOf[library],
    onlyForViewports: loadedLater.includes(library),
  }))
}

/**
 * Installs what a Blender lacks of the system, where that is possible; else the error names the command. What is not
 * known by name here is often brought along by the others, so it is looked at again afterwards.
 */
export async function needLibraries(
  { version, probe, platform }: { version: string; probe: string; platform: NodeJS.Platform },
  options: SystemInstallOptions,
): Promise<void> {
  const missing = await missingLibraries(probe, platform)
  if (missing.length === 0) return
  const list = (libraries: readonly MissingLibrary[]) => libraries.map(({ library }) => library).join(', ')
  const packages = missing.flatMap((each) => each.packages ?? [])
  const why = `Blender ${version} needs libraries of this system (${list(missing)}).`
  await installSystemPackages(packages, why, options)
  const left = await missingLibraries(probe, platform)
  if (left.length === 0) return
  throw new CodedError('blender.library_missing', `Blender ${version} still lacks ${list(left)}.`, {
    details: { libraries: left.map(({ library }) => library) },
  })
}

/** The names that `ldd` did not find. */
export function parseLdd(output: string): string[] {
  return [...output.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] as string)
}
