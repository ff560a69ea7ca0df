import { createServer } from 'node:net'

/** The port itself when nobody listens on it at 127.0.0.1, any free one for 0; else rejects with EADDRINUSE. */
export function freePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port))
    })
  })
}
