/** What Windows does not let a file be called, whatever comes after the first dot. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i
const forbidden = /[<>:"|?*]/g

export interface PlatformPath {
  /** In the tree. */
  path: string
  /** The same, as this platform can have it; with `/`. */
  name: string
}

export interface Renamed {
  path: string
  as: string
}

/**
 * Names for the files of a tree on a platform. On Linux they stay as they are. Windows refuses some characters, names
 * and endings; there and on macOS `Wood.png` and `wood.png` would be one file. Such files get another name, which the
 * caller should report: a scene may not find them.
 */
export function platformPaths(
  paths: readonly string[],
  platform: NodeJS.Platform,
): { files: PlatformPath[]; renamed: Renamed[] } {
  if (platform !== 'win32' && platform !== 'darwin') {
    return { files: paths.map((path) => ({ path, name: path })), renamed: [] }
  }
  const taken = new Set<string>()
  const files = paths.map((path) => {
    const wanted = platform === 'win32' ? path.split('/').map(windowsName).join('/') : path
    let name = wanted
    for (let number = 2; taken.has(key(name)); number++) name = numbered(wanted, number)
    taken.add(key(name))
    return { path, name }
  })
  return {
    files,
    renamed: files.filter(({ path, name }) => path !== name).map(({ path, name }) => ({ path, as: name })),
  }
}

/** Two names with the same key are one file where case and composition of accents do not count. */
function key(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

function windowsName(name: string): string {
  const safe = name
    .replaceAll(forbidden, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/[. ]+$/, (ending) => ending.replaceAll('.', '%2E').replaceAll(' ', '%20'))
  return reserved.test(safe) ? `_${safe}` : safe
}

/** `a/wood.png` → `a/wood~2.png`. */
function numbered(path: string, number: number): string {
  return path.replace(/(\.[^./]*)?$/, (extension) => `~${number}${extension}`)
}
