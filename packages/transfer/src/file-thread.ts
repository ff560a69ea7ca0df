/** Thread of `file-threads.ts`. */
import { parentPort } from 'node:worker_threads'
import { CodedError, messageOf } from '@backlot/base/errors'
import type { FileReply, FileRequest } from './file-threads.ts'
import { hashFile, identify, packFiles } from './file-work.ts'

/** Large files tell how far they are at this distance. Bytes. */
const progressEvery = 8_000_000

function work(request: FileRequest): FileReply {
  const { seq } = request
  if (request.op === 'identify') return { seq, value: request.files.map(identify) }
  if (request.op === 'hash') {
    let untold = 0
    const tell = (bytes: number) => {
      untold += bytes
      if (untold < progressEvery) return
      parentPort?.postMessage({ seq, bytes: untold } satisfies FileReply)
      untold = 0
    }
    const value = request.files.map((file) => hashFile(file, tell))
    return { seq, value, bytes: untold }
  }
  return { seq, value: packFiles(request.files) }
}

parentPort?.on('message', (request: FileRequest) => {
  try {
    const reply = work(request)
    const { value } = reply
    parentPort?.postMessage(reply, value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : [])
  } catch (error) {
    const { code = 'transfer.unreadable', details = {} } = error instanceof CodedError ? error : {}
    parentPort?.postMessage({ seq: request.seq, error: { code, details, message: messageOf(error) } })
  }
})
