import { open } from 'node:fs/promises'

/** Of the end of a crash log: where it happened stands there. */
const mostLines = 200
const mostBytes = 256 * 1024

/** The last lines of a crash log; none where it can't be read any more. */
export async function readCrashLog(path: string): Promise<string[]> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    const length = Math.min(size, mostBytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const lines = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/)
    return lines.filter((line) => line.trim() !== '').slice(-mostLines)
  } catch {
    return []
  }
}
