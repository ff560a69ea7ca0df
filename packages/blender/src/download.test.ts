import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { download, fetchText } from './download.ts'

const body = Buffer.alloc(3_000_000, 'backlot ')
const sha256 = createHash('sha256').update(body).digest('hex')

let folder: string
let server: Server
let base: string
/** Byte ranges that were asked for. */
let asked: (string | undefined)[]
/** The server hangs up after so many bytes, once. */
let breakAt: number | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-download-'))
  asked = []
  breakAt = undefined
  server = createServer((request, response) => {
    asked.push(request.headers.range)
    if (request.url === '/nothing') return response.writeHead(404).end()
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (start >= body.length) return response.writeHead(416).end()
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': body.length - start })
    if (breakAt === undefined) return response.end(body.subarray(start))
    response.write(body.subarray(start, breakAt), () => setTimeout(() => response.destroy(), 100))
    breakAt = undefined
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true, force: true })
})

test('a file arrives whole, with progress, and is not fetched twice', async () => {
  const path = join(folder, 'a', 'file')
  const seen: number[] = []
  await download(`${base}/file`, path, { sha256, onBytes: (done, total) => seen.push(done / (total ?? 0)) })
  expect((await readFile(path)).equals(body)).toBe(true)
  expect(seen.at(-1)).toBe(1)
  await download(`${base}/file`, path, { sha256 })
  expect(asked).toHaveLength(1)
})

test('a broken download goes on where it stopped', async () => {
  const path = join(folder, 'file')
  breakAt = 1_000_000
  await expect(download(`${base}/file`, path, { sha256 })).rejects.toThrow(/terminated|aborted|premature/i)
  expect(existsSync(path)).toBe(false)
  const { size } = await stat(`${path}.part`)
  expect(size).toBeGreaterThan(0)
  await download(`${base}/file`, path, { sha256 })
  expect(asked).toEqual([undefined, `bytes=${size}-`])
  expect((await readFile(path)).equals(body)).toBe(true)
})

test('a part that is whole already only needs its name', async () => {
  const path = join(folder, 'file')
  await writeFile(`${path}.part`, body)
  await download(`${base}/file`, path, { sha256 })
  expect(existsSync(`${path}.part`)).toBe(false)
})

test('a wrong checksum leaves nothing', async () => {
  const path = join(folder, 'file')
  const wrong = '0'.repeat(64)
  await expect(download(`${base}/file`, path, { sha256: wrong })).rejects.toMatchObject({
    code: 'blender.checksum_mismatch',
  })
  expect([existsSync(path), existsSync(`${path}.part`)]).toEqual([false, false])
})

test('nobody there, and a refusal, are errors with a code', async () => {
  await expect(fetchText(`${base}/nothing`)).rejects.toMatchObject({
    code: 'network.unreachable',
    details: { status: 404 },
  })
  await expect(fetchText('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'network.unreachable' })
})

test('an interrupted download keeps its part', async () => {
  const path = join(folder, 'file')
  breakAt = 1_000_000
  const signal = AbortSignal.timeout(50)
  await expect(download(`${base}/file`, path, { sha256, signal })).rejects.toThrow(/abort|timeout/i)
  expect(existsSync(`${path}.part`)).toBe(true)
})
