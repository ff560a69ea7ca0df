import { closeSync, openSync, readSync } from 'node:fs'

/**
 * Reads a file to its end, so that the program that keeps it in a cloud brings all of it: a process of its own, because a
 * read that waits for a cloud can't be cancelled from inside, and because it would block one of Node's four file threads.
 * Arguments: a path in base64. Prints how many bytes have arrived, a line each.
 */
const path = Buffer.from(process.argv[2] ?? '', 'base64')
const piece = Buffer.allocUnsafe(1 << 20)
const file = openSync(path, 'r')
let done = 0
for (let read = -1; read !== 0;) {
  read = readSync(file, piece, 0, done === 0 ? 1 : piece.length, null) // the first byte tells that it comes at all
  done += read
  process.stdout.write(`${done}\n`)
}
closeSync(file)
