/** Thread of `running-hash.ts`: SHA-256 of files that grow, a piece at a time. */
import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { messageOf } from '@backlot/base/errors'
import type { HashRequest, HashReply } from './running-hash.ts'

const running = new Map<string, Hash>()
const buffer = Buffer.allocUnsafe(1 << 20)

function extend(id: string, path: string, from: number, to: number): void {
  const hash = running.get(id) ?? createHash('sha256')
  running.set(id, hash)
  const file = openSync(path, 'r')
  try {
    for (let at = from; at < to;) {
      const read = readSync(file, buffer, 0, Math.min(buffer.length, to - at), at)
      if (read === 0) throw new Error(`${path} ends before byte ${to}`)
      hash.update(buffer.subarray(0, read))
      at += read
    }
  } catch (error) {
    running.delete(id)
    throw error
  } finally {
    closeSync(file)
  }
}

function answer(request: HashRequest): HashReply {
  const { seq } = request
  try {
    if (request.op === 'extend') extend(request.id, request.path, request.from, request.to)
    if (request.op === 'digest') {
      const digest = (running.get(request.id) ?? createHash('sha256')).digest('hex')
      running.delete(request.id)
      return { seq, digest }
    }
    if (request.op === 'drop') running.delete(request.id)
    return { seq }
  } catch (error) {
    return { seq, error: messageOf(error) }
  }
}

parentPort?.on('message', (request: HashRequest) => parentPort?.postMessage(answer(request)))
