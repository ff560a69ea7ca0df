/** Programs that keep a folder in a cloud and leave stand-ins for files that are not on this disk. */
export type CloudProvider = 'OneDrive' | 'iCloud' | 'Dropbox' | 'Google Drive'

/** Names of the folders that these programs keep; macOS has all of them as `~/Library/CloudStorage/NAME-account` too. */
const folders: readonly (readonly [RegExp, CloudProvider])[] = [
  [/^OneDrive(?:\b|-)/i, 'OneDrive'],
  [/^(?:Mobile Documents|iCloud ?Drive|iCloudDrive)$/i, 'iCloud'],
  [/^Dropbox(?:\b|-)/i, 'Dropbox'],
  [/^(?:Google ?Drive|GoogleDrive-.+|My Drive|DriveFS)$/i, 'Google Drive'],
]

/** Whose folder a path is in, by the names on its way; undefined for nobody's. */
export function providerOf(path: string): CloudProvider | undefined {
  const names = path.split(/[\\/]/).slice(0, -1)
  for (const name of names) {
    const found = folders.find(([pattern]) => pattern.test(name))
    if (found !== undefined) return found[1]
  }
  return undefined
}
