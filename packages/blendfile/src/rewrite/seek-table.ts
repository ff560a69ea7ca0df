export const seekFooterBytes = 9
const skippableFrame = 0x184d2a5e
const tableMark = 0x8f92eab1

/** A frame as the table lists it, in bytes. */
export interface SeekEntry {
  readonly length: number
  readonly rawLength: number
}

/**
 * The table at the end of a zstd file with several frames that lets readers jump: a skippable frame with the compressed
 * and raw length of every frame, then their count, flags, and a number that marks it. Without checksums, which are
 * optional. Source: zstd's `seekable_format`.
 */
export function seekTable(entries: readonly SeekEntry[]): Uint8Array {
  const bodyBytes = entries.length * 8 + seekFooterBytes
  const view = new DataView(new ArrayBuffer(8 + bodyBytes))
  view.setUint32(0, skippableFrame, true)
  view.setUint32(4, bodyBytes, true)
  let at = 8
  for (const { length, rawLength } of entries) {
    view.setUint32(at, length, true)
    view.setUint32(at + 4, rawLength, true)
    at += 8
  }
  view.setUint32(at, entries.length, true)
  view.setUint32(at + 5, tableMark, true)
  return new Uint8Array(view.buffer)
}

/** Whether a file that ends with these bytes has such a table. */
export function endsSeekTable(bytes: Uint8Array): boolean {
  if (bytes.length < seekFooterBytes) return false
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true) === tableMark
}
