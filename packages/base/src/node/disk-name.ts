/** A byte of a name that is not UTF-8, as text: U+DC80 … U+DCFF without its other half (Python's `surrogateescape`). */
const escapedByte = /(?<![\ud800-\udbff])[\udc80-\udcff]/

/**
 * A path as Node's file functions take it. Names on POSIX disks are bytes; where they are not UTF-8 they travel as text
 * with escaped bytes, and a disk must be given the bytes, else there is no such file.
 */
export function diskName(path: string): string | Buffer {
  if (process.platform === 'win32' || !escapedByte.test(path)) return path
  const parts = path.split(/((?<![\ud800-\udbff])[\udc80-\udcff])/)
  return Buffer.concat(
    parts.map((part) => (escapedByte.test(part) ? Buffer.of(part.charCodeAt(0) - 0xdc00) : Buffer.from(part))),
  )
}
