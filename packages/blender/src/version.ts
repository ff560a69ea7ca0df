/** A version of Blender: '5.0.1', or a series, '4.5'. */
export interface BlenderVersion {
  major: number
  minor: number
  /** Undefined in a series. */
  patch: number | undefined
}

/** Understands '4.5', '5.0.1' and what `blender --version` prints ('Blender 4.2.3 LTS'); undefined for anything else. */
export function parseVersion(text: string): BlenderVersion | undefined {
  const match = /(?:^|\s)v?(\d{1,2})\.(\d{1,3})(?:\.(\d{1,3}))?(?=$|[\s-])/.exec(text.trim())
  if (!match) return undefined
  return {
    major: Number(match[1]),
    minor: Number(match[2]),
    patch: match[3] === undefined ? undefined : Number(match[3]),
  }
}

/** The number in a .blend's header: 405 for every 4.5.x, 500 for 5.0.x. */
export function headerNumber(version: BlenderVersion): number {
  return version.major * 100 + version.minor
}

/** '4.5' of '4.5.15'. */
export function seriesOf(version: string): string {
  return version.split('.').slice(0, 2).join('.')
}

/** Older first; a series counts as its patch 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number)) as [number[], number[]]
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
