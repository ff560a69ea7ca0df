/**
 * Gives memory back at once, of bytes that nobody looks at any more: collections come late for what is not on their heap,
 * and the system clears pages for each new buffer (measured over 500 MB of zstd: 60 MB less memory, half the time in the
 * system; over 200 libraries: 9 MB and 7 %). Views of them are empty from now on.
 */
export function discard({ buffer, byteLength }: Uint8Array): void {
  // Not what may be shared with others, as small buffers in Node are.
  if (buffer instanceof ArrayBuffer && byteLength >= 64 * 1024 && buffer.byteLength <= byteLength + 64)
    buffer.transfer(0)
}
