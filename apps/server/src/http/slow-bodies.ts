import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** Bytes a second that a body must come with, as Apache's mod_reqtimeout asks for. */
const minimumRate = 500
/** Counted over this time: a laptop may sleep for a moment. Milliseconds. */
const defaultInterval = 10_000

/**
 * Cuts off who sends a body too slowly, or not at all any more: a thousand such connections would cost nothing, and one
 * that died unseen would hold its part of an upload for ever, which everybody else waits for. Only the client's
 * slowness counts: while read bytes wait for us, it is not asked for more.
 */
export function cutSlowBodies(server: FastifyInstance, interval = defaultInterval): void {
  const open = new Map<IncomingMessage, number>()
  server.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request
    const { 'content-length': length, 'transfer-encoding': encoding } = raw.headers
    if (encoding !== undefined || Number(length ?? 0) > 0) open.set(raw, raw.socket.bytesRead)
    done()
  })
  server.addHook('onResponse', (request, _reply, done) => {
    open.delete(request.raw)
    done()
  })
  const timer = setInterval(() => {
    for (const [request, before] of open) {
      const { socket } = request
      if (request.complete || socket.destroyed) {
        open.delete(request)
        continue
      }
      const isOurTurn = request.readableLength > 0
      if (!isOurTurn && socket.bytesRead - before < (minimumRate * interval) / 1000) {
        open.delete(request)
        socket.end('HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n', () => socket.destroy())
      } else open.set(request, socket.bytesRead)
    }
  }, interval)
  timer.unref()
  server.addHook('onClose', (_instance, done) => {
    clearInterval(timer)
    done()
  })
}
