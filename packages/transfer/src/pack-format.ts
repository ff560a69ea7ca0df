import { packFileLimit } from '@backlot/contract/schemas/storage'

/** What stands before each file in a pack: 32 bytes SHA-256, then its size as 32 bits, big-endian. */
export const packHeadBytes = 36

/** Room for a file in a pack, and where its content goes: the head is written already. */
export function placeInPack(
  pack: Uint8Array,
  offset: number,
  { sha256, size }: { sha256: string; size: number },
): Uint8Array {
  const head = Buffer.from(pack.buffer, pack.byteOffset + offset, packHeadBytes)
  head.write(sha256, 'hex')
  head.writeUInt32BE(size, 32)
  return pack.subarray(offset + packHeadBytes, offset + packHeadBytes + size)
}

/** Bytes of a pack with these files. */
export function packSize(files: readonly { size: number }[]): number {
  return files.reduce((sum, file) => sum + packHeadBytes + file.size, 0)
}

/** Groups files into packs of about `target` bytes, in order; a larger file gets a pack of its own. */
export function planPacks<File extends { size: number }>(files: readonly File[], target: number): File[][] {
  const packs: File[][] = []
  let pack: File[] = []
  let bytes = 0
  for (const file of files) {
    const more = packHeadBytes + file.size
    if (pack.length === packFileLimit || (pack.length > 0 && bytes + more > target)) {
      packs.push(pack)
      pack = []
      bytes = 0
    }
    pack.push(file)
    bytes += more
  }
  if (pack.length > 0) packs.push(pack)
  return packs
}
