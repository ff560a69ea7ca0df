/** A platform as wheels and archives name it: `linux-x64`, `macos-arm64`, `windows-x64` … */
export type PlatformName = `${'linux' | 'macos' | 'windows'}-${'x64' | 'arm64'}`

export interface KnownVersion {
  version: string
  /** SHA-256 of the official bpy wheel on PyPI (Python 3.11). A platform that is not named has none. */
  wheels: Partial<Record<PlatformName, string>>
  /** Size of the Linux wheel and of what it unpacks to, dependencies included. Bytes; for progress and disk space. */
  wheelBytes: number
  installedBytes: number
}

/**
 * The versions that Backlot installs by itself: the newest, and the supported long-term ones. What is rendered by a version
 * that is fetched anywhere must be equal everywhere, so each is pinned to the patch.
 */
export const knownVersions: readonly KnownVersion[] = [
  {
    version: '5.0.1',
    wheels: {
      'linux-x64': '79c6e421f53ea24a5961d86eefb8141798eee708682415eb4f5a952c2abdeb8b',
      'macos-arm64': '92e2a9b62a17d41387a08e9f10fa68e843c2af91e7b1c557b8fd6a52ff1115e8',
      'windows-x64': '4c456809d3651e4850a336283dd73ceda64d7b7f5769490956e10d832c2e7347',
      'windows-arm64': 'fe98f7c7229dd7273bb143533de1b88c871744f4210140dc6bf3280a5b90dde6',
    },
    wheelBytes: 374_000_000,
    installedBytes: 1_010_000_000,
  },
  {
    version: '4.5.15',
    wheels: {
      'linux-x64': '19203fb7825b005d2024b2e724d600fc82550a6deea71fbcc4447244df9ea737',
      'macos-arm64': 'f581a22cf852ee4af5aefe3cfd30a3c0eec3315d63c4ca8ed95ac5caf709ac61',
      'macos-x64': 'd2c2cf95679b077868a7617b16fcd4c28b254d02549ccd15e1b4e80fa4255533',
      'windows-x64': '8243b4b13aa62bfa5f5a2aa02e6750c903f6669fbee06d1f3839d22a49016a05',
      'windows-arm64': 'd2b654d65199385714b608838753afa33dd195e624dd226892febd38df43daf0',
    },
    wheelBytes: 362_000_000,
    installedBytes: 990_000_000,
  },
  {
    version: '4.2.23',
    wheels: {
      'linux-x64': '9670c0c10b0307e518d4a6b015365a7d7adbfddf99f28889634fe12623ec95ff',
      'macos-arm64': 'db4b9debc23dfc358be3a9695bc3cf7eb3a53762575966cd9c57005edd00a922',
      'macos-x64': 'd848bab718f82ce9affff76be10110335ee5143d86146c06b0f581e3b4b734c9',
      'windows-x64': '032cce9a931476938ef56865936118998381c68f719b3a1c31a8c4c457f50416',
    },
    wheelBytes: 350_000_000,
    installedBytes: 1_000_000_000,
  },
]

export const defaultVersion = '5.0.1'

export function platformName(platform: NodeJS.Platform, arch: string): PlatformName | undefined {
  const system = { linux: 'linux', darwin: 'macos', win32: 'windows' }[platform as string]
  return system && (arch === 'x64' || arch === 'arm64') ? (`${system}-${arch}` as PlatformName) : undefined
}
