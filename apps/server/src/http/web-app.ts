import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Scripts and styles come from this server alone. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
].join('; ')

/**
 * Of the worker that reads a person's .blend files. It can't send anything anywhere, whatever is in them: no address can be
 * reached but `data:`, which its zstd decoder's WASM is in.
 */
const blendWorkerPolicy = "default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src data:"
const isBlendWorker = /\/assets\/blend\.worker-[^/]+$/

/** Serves the built web app; every path that is no file is a page of it. Files under `assets/` have a hash in their name. */
export async function serveWebApp(server: FastifyInstance, folder: string): Promise<void> {
  const page = await readFile(join(folder, 'index.html'))
  await server.register(fastifyStatic, {
    root: folder,
    index: false,
    wildcard: false,
    preCompressed: true,
    setHeaders: (reply, path) => {
      void reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
      if (isBlendWorker.test(path)) void reply.header('content-security-policy', blendWorkerPolicy)
    },
  })
  server.get('/*', (request, reply) => {
    if (request.url.startsWith('/api/') || !(request.headers.accept ?? '*/*').match(/text\/html|\*\/\*/))
      return reply.callNotFound()
    return reply
      .headers({
        'content-security-policy': contentSecurityPolicy,
        'cache-control': 'no-cache',
        'referrer-policy': 'same-origin',
      })
      .type('text/html; charset=utf-8')
      .send(page)
  })
}
