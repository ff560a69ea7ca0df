/** What an installation does now. Byte counts where they are known; `totalBytes` may be an estimate. */
export interface InstallProgress {
  phase: 'checking' | 'downloading' | 'unpacking' | 'installing'
  doneBytes?: number
  totalBytes?: number
}

/** Ways to get a Blender, in the order in which they are tried. */
export const installSources = ['archive', 'wheel', 'package'] as const
export type InstallSource = (typeof installSources)[number]

export interface InstallOptions {
  /** '5.0.1', or a series such as '4.5'. Default: `defaultVersion`. */
  version?: string | undefined
  cacheFolder: string
  platform: NodeJS.Platform
  /** As `process.arch`. */
  arch: string
  home: string
  env: Readonly<Record<string, string | undefined>>
  /** One plain line for the person: what happens now, and before anything is done to the system. */
  say: (line: string) => void
  onProgress?: ((progress: InstallProgress) => void) | undefined
  signal?: AbortSignal | undefined
  /** Default: all three. */
  sources?: readonly InstallSource[] | undefined
  /** System packages may be installed where root or password-less sudo allows it. Default true. */
  systemPackages?: boolean | undefined
}
