import type { ZipMethod } from '@backlot/base/node/zip-records'

/** Endings of files that are compressed already: deflating them costs time and gains next to nothing. */
const compressed = new Set(
  [
    'jpg jpeg jp2 png webp gif avif heic exr dwa dpxz tx',
    'mp4 m4v mov mkv avi webm mpg mpeg ogv',
    'mp3 m4a aac ogg oga opus flac',
    'vdb usdz glb zip 7z rar gz bz2 xz zst',
  ].flatMap((endings) => endings.split(' ')),
)
const gzip = [0x1f, 0x8b]
const zstd = [0x28, 0xb5, 0x2f, 0xfd]

/** How a file goes into an archive, by its name and its first bytes: a .blend may be compressed or not. */
export function methodOf(path: string, head: Uint8Array): ZipMethod {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase()
  if (compressed.has(ending)) return 'store'
  return startsWith(head, gzip) || startsWith(head, zstd) ? 'store' : 'deflate'
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte)
}
