import type { Codecs } from '../codecs.ts'
import { BlendFileError } from '../errors.ts'
import { BlendFile } from '../file/blend-file.ts'
import { inspect } from '../inspect/inspect.ts'
import { trace } from '../trace/trace.ts'
import { droppedFileSystem, droppedPath } from './dropped-file-system.ts'
import type { BlendFailure, BlendRequest, BlendResponse, Port } from './protocol.ts'

/** Progress is posted no more often than this, in milliseconds: a page draws no faster. */
const progressInterval = 50

type Question = Exclude<BlendRequest, { kind: 'cancel' }>

/**
 * Answers a page's questions: the whole of a worker. Questions run beside each other.
 *
 *     serveBlendFiles(self, zstdCodecs(new ZSTDDecoder()))
 */
export function serveBlendFiles(port: Port, codecs: Codecs): void {
  const running = new Map<number, AbortController>()
  const post = (response: BlendResponse): void => port.postMessage(response)

  port.addEventListener('message', ({ data }) => {
    const request = data as BlendRequest
    if (request.kind === 'cancel') {
      running.get(request.id)?.abort()
      return
    }
    const { id } = request
    const abort = new AbortController()
    running.set(id, abort)
    void answer(request, codecs, abort.signal, post)
      .catch((error: unknown): BlendResponse => ({ kind: 'failed', id, failure: failureOf(error) }))
      .then((response) => {
        running.delete(id)
        if (!abort.signal.aborted) post(response)
      })
  })
}

async function answer(
  { kind, id, files, path }: Question,
  codecs: Codecs,
  signal: AbortSignal,
  post: (response: BlendResponse) => void,
): Promise<BlendResponse> {
  const fileSystem = droppedFileSystem(files)
  const root = droppedPath({ path })
  if (kind === 'inspect') {
    const file = await BlendFile.open(await fileSystem.open(root), { codecs, signal })
    try {
      return { kind: 'inspected', id, info: await inspect(file, root) }
    } finally {
      await file.close()
    }
  }
  let posted = Number.NEGATIVE_INFINITY
  const result = await trace(root, {
    fileSystem,
    codecs,
    signal,
    project: '/', // nothing is there but what was dropped
    onProgress(progress) {
      if (performance.now() - posted < progressInterval) return
      posted = performance.now()
      post({ kind: 'progress', id, progress })
    },
  })
  return { kind: 'traced', id, result }
}

function failureOf(error: unknown): BlendFailure {
  const message = error instanceof Error ? error.message : String(error)
  return { code: error instanceof BlendFileError ? error.code : undefined, message }
}
