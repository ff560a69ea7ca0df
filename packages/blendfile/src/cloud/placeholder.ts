import type { FileStat } from '../file-system.ts'
import { type CloudProvider, providerOf } from './provider.ts'

/** NTFS keeps files of up to about 900 bytes in its table, APFS some in their record: they occupy nothing either. */
const smallestTold = 4096
const stub = /^\.(.+)\.icloud$/

/**
 * Who holds the content of a file that is not on this disk, judged by what the disk says of it: it has a size and
 * occupies nothing. Elsewhere than in a provider's folder that is a sparse file. The provider's own marks (Windows'
 * recall attribute, macOS' dataless flag) can't be asked for in Node; both come with no occupied blocks.
 */
export function placeholderOf(path: string, { kind, size, occupied }: FileStat): CloudProvider | undefined {
  if (kind !== 'file' || size < smallestTold || occupied !== 0) return undefined
  return providerOf(path)
}

/** The name that `.wood.png.icloud` stands for, as iCloud up to macOS 13 leaves it; undefined for other names. */
export function nameOfStub(name: string): string | undefined {
  return stub.exec(name)?.[1]
}

export function stubOf(name: string): string {
  return `.${name}.icloud`
}
