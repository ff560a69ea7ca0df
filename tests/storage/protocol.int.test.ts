import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Client } from '@backlot/contract/client'
import { packLimit, partSize } from '@backlot/contract/schemas/storage'
import { uploadBytes } from '@backlot/transfer/upload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ground, prepareGround } from './setup.ts'
import { startStorageServer, type StorageServer } from './storage-server.ts'

let ground: Ground
let server: StorageServer
let client: Client
const trees = new Map<string, string[]>()
const outputs = new Set<string>()
beforeAll(async () => {
  ground = await prepareGround()
  server = await startStorageServer({
    settings: ground.test.settings,
    folder: join(ground.folder, 'blobs'),
    tenantId: ground.tenantId,
    ports: {
      treesOfJob: async (_, jobId) => trees.get(jobId) ?? [],
      outputsOfJob: async (_, jobId, hashes) => hashes.filter((sha256) => outputs.has(`${jobId}/${sha256}`)),
      liveFiles: async () => ({ treeIds: [...trees.values()].flat(), blobs: [] }),
    },
  })
  client = server.client
})
afterAll(async () => {
  await server?.stop()
  await ground?.[Symbol.asyncDispose]()
})

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
function entryOf(bytes: Buffer, hash = sha(bytes)): Buffer {
  const head = Buffer.alloc(36)
  head.write(hash, 'hex')
  head.writeUInt32BE(bytes.length, 32)
  return Buffer.concat([head, bytes])
}
const body = (...pieces: Buffer[]) => new Uint8Array(Buffer.concat(pieces))
const isMissing = async (...hashes: string[]) =>
  (await client.missingBlobs({ body: { blobs: hashes.map((sha256) => ({ sha256, size: 1 })) } })).missing

describe('packs', () => {
  it('stores what is sound and names what is not', async () => {
    const [good, bad] = [randomBytes(1000), randomBytes(1000)]
    const wrong = sha(randomBytes(8))
    const empty = Buffer.alloc(0)
    expect(await client.putPack({ body: body(entryOf(good), entryOf(bad, wrong), entryOf(empty)) })).toEqual({
      stored: 2,
      bytes: 1000,
      rejected: [wrong],
    })
    expect(await isMissing(wrong, sha(good), sha(empty), sha(bad))).toEqual([wrong, sha(bad)])
    const read = await client.readBlob({ params: { sha256: sha(good) } })
    expect(Buffer.from(await read.arrayBuffer()).equals(good)).toBe(true)
    expect((await (await client.readBlob({ params: { sha256: sha(empty) } })).arrayBuffer()).byteLength).toBe(0)
  })

  it('refuses what is malformed or too large, and keeps nothing of it', async () => {
    const bytes = randomBytes(1000)
    const cut = body(entryOf(bytes), entryOf(randomBytes(500))).subarray(0, 1200)
    await expect(client.putPack({ body: cut })).rejects.toMatchObject({ code: 'blob.malformed_pack' })
    await expect(client.putPack({ body: new Uint8Array(0) })).rejects.toMatchObject({ code: 'blob.malformed_pack' })
    const large = new Uint8Array(packLimit + 1)
    await expect(client.putPack({ body: large })).rejects.toMatchObject({ code: 'request.too_large' })
    const streamed = new Blob([large]).stream() as ReadableStream<Uint8Array>
    await expect(client.putPack({ body: streamed })).rejects.toMatchObject({ code: 'request.too_large' })
    const liar = Buffer.alloc(36)
    liar.writeUInt32BE(0xffffffff, 32)
    await expect(client.putPack({ body: new Uint8Array(liar) })).rejects.toMatchObject({ code: 'request.too_large' })
    expect(await isMissing(sha(bytes))).toEqual([sha(bytes)])
  })

  it('does not hold a database connection while a slow client sends', async () => {
    const { hostname, port } = new URL(server.url)
    const caller = JSON.stringify({
      kind: 'attempt',
      workerId: 'w',
      attemptId: 'a',
      fence: 1,
      jobId: 'j',
      tenantId: ground.tenantId,
    })
    const sockets = Array.from({ length: 40 }, () => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      socket.write(
        `POST /api/v1/blobs/pack HTTP/1.1\r\nhost: x\r\nx-caller: ${caller}\r\ncontent-type: application/vnd.backlot.pack\r\ncontent-length: 1000\r\n\r\nslow`,
      )
      return socket
    })
    await new Promise((done) => setTimeout(done, 200))
    expect(await isMissing('a'.repeat(64))).toEqual(['a'.repeat(64)])
    for (const socket of sockets) socket.destroy()
  })
})

describe('parts', () => {
  it('may come in any order and twice; the whole is checked', async () => {
    const bytes = randomBytes(2 * partSize + 100)
    const blob = { sha256: sha(bytes), size: bytes.length }
    const { uploadId } = await client.beginUpload({ body: blob })
    const part = (number: number) => new Uint8Array(bytes.subarray(number * partSize, (number + 1) * partSize))
    const send = (number: number, content = part(number)) =>
      client.putPart({ params: { uploadId, part: number }, body: content })
    await send(2)
    await expect(client.completeUpload({ params: { uploadId } })).rejects.toMatchObject({
      code: 'upload.incomplete',
      details: { missing: [0, 1] },
    })
    await Promise.all([send(1), send(1), send(0), send(2)])
    // A part that is there is not written again, whatever comes now.
    await send(2, new Uint8Array(100))
    expect((await client.beginUpload({ body: blob })).received).toEqual([0, 1, 2])
    const both = await Promise.all([1, 2].map(() => client.completeUpload({ params: { uploadId } })))
    expect(both).toEqual([blob, blob])
    const read = await client.readBlob({ params: { sha256: blob.sha256 } })
    expect(sha(new Uint8Array(await read.arrayBuffer()))).toBe(blob.sha256)
    expect(await client.beginUpload({ body: blob })).toMatchObject({ uploadId, received: [0, 1, 2] })
    await send(0)
  })

  it('refuses a size that a stored file does not have, however large', async () => {
    const bytes = randomBytes(100)
    const sha256 = sha(bytes)
    await client.putPack({ body: body(entryOf(bytes)) })
    for (const size of [101, 3 * partSize, Number.MAX_SAFE_INTEGER])
      await expect(client.beginUpload({ body: { sha256, size } })).rejects.toMatchObject({ code: 'request.invalid' })
  })

  it('refuses wrong parts, and forgets an upload whose whole is wrong', async () => {
    const bytes = randomBytes(partSize + 10)
    const blob = { sha256: sha(bytes), size: bytes.length }
    const { uploadId } = await client.beginUpload({ body: blob })
    const put = (part: number, size: number) =>
      client.putPart({ params: { uploadId, part }, body: new Uint8Array(size) })
    await expect(put(0, 5)).rejects.toMatchObject({ code: 'upload.part_invalid' })
    await expect(put(2, 10)).rejects.toMatchObject({ code: 'upload.part_invalid' })
    const longer = new Blob([new Uint8Array(11)]).stream() as ReadableStream<Uint8Array>
    await expect(client.putPart({ params: { uploadId, part: 1 }, body: longer })).rejects.toMatchObject({
      code: 'upload.part_invalid',
    })
    await put(0, partSize)
    await put(1, 10)
    const complete = () => client.completeUpload({ params: { uploadId } })
    await expect(complete()).rejects.toMatchObject({ code: 'blob.hash_mismatch' })
    expect(await isMissing(blob.sha256)).toEqual([blob.sha256])
    await expect(complete()).rejects.toMatchObject({ code: 'upload.not_found' })
    expect((await client.beginUpload({ body: blob })).received).toEqual([])
    await expect(
      client.putPart({ params: { uploadId: randomUUID(), part: 0 }, body: new Uint8Array(1) }),
    ).rejects.toMatchObject({ code: 'upload.not_found' })
  })
})

describe('reading', () => {
  it('serves ranges, and nothing twice to who has it', async () => {
    const bytes = randomBytes(10_000)
    const { sha256 } = await uploadBytes(client, bytes)
    const get = (headers: Record<string, string>) => client.readBlob({ params: { sha256 } }, { headers })
    const ranged = await get({ range: 'bytes=100-199' })
    expect([ranged.status, ranged.headers.get('content-range')]).toEqual([206, 'bytes 100-199/10000'])
    expect(Buffer.from(await ranged.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true)
    expect(Buffer.from(await (await get({ range: 'bytes=-50' })).arrayBuffer()).equals(bytes.subarray(-50))).toBe(true)
    await expect(get({ range: 'bytes=10000-' })).rejects.toMatchObject({ code: 'request.range_not_satisfiable' })
    const whole = await get({ range: 'bytes=0-5', 'if-range': '"other"' })
    expect([whole.status, (await whole.arrayBuffer()).byteLength]).toEqual([200, 10_000])
    const url = `${server.url}/api/v1/blobs/${sha256}`
    const caller = { 'x-caller': JSON.stringify({ kind: 'attempt', jobId: 'j', tenantId: ground.tenantId }) }
    outputs.add(`j/${sha256}`)
    const cached = await fetch(url, { headers: { ...caller, 'if-none-match': `"${sha256}"` } })
    expect([cached.status, cached.headers.get('etag')]).toEqual([304, `"${sha256}"`])
    const head = await fetch(url, { method: 'HEAD', headers: caller })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '10000'])
  })

  it('shows a worker the files of its job only, and a tenant its own', async () => {
    const [mine, other] = [await uploadBytes(client, randomBytes(10)), await uploadBytes(client, randomBytes(10))]
    const { treeId } = await client.createTree({ body: { entries: [{ path: 'a', ...mine }] } })
    trees.set('job', [treeId])
    const worker = server.attemptClient('job')
    expect((await worker.readBlob({ params: { sha256: mine.sha256 } })).status).toBe(200)
    expect((await worker.readTree({ params: { treeId } })).entries).toEqual([{ path: 'a', ...mine }])
    const notFound = { code: 'blob.not_found' }
    await expect(worker.readBlob({ params: { sha256: other.sha256 } })).rejects.toMatchObject(notFound)
    await expect(server.attemptClient('else').readBlob({ params: { sha256: mine.sha256 } })).rejects.toMatchObject(
      notFound,
    )
    await expect(server.attemptClient('else').readTree({ params: { treeId } })).rejects.toMatchObject({
      code: 'tree.not_found',
    })
    const stranger = server.clientIn(await ground.addTenant())
    await expect(stranger.readBlob({ params: { sha256: mine.sha256 } })).rejects.toMatchObject(notFound)
    expect((await stranger.missingBlobs({ body: { blobs: [mine] } })).missing).toEqual([mine.sha256])
    await expect(stranger.createTree({ body: { entries: [{ path: 'a', ...mine }] } })).rejects.toMatchObject(notFound)
  })
})

describe('packs for reading', () => {
  const read = async (reader: Client, ...hashes: string[]) => {
    const response = await reader.readPack({ body: { hashes } })
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(response.headers.get('content-length')).toBe(String(bytes.length))
    const found = new Map<string, Buffer>()
    for (let at = 0; at < bytes.length;) {
      const size = bytes.readUInt32BE(at + 32)
      found.set(bytes.toString('hex', at, at + 32), bytes.subarray(at + 36, at + 36 + size))
      at += 36 + size
    }
    return found
  }

  it('give what came together, alone, empty and large, each once', async () => {
    const contents = [randomBytes(5000), randomBytes(1), Buffer.alloc(0), randomBytes(70_000), randomBytes(300)]
    await client.putPack({ body: body(...contents.map((bytes) => entryOf(bytes))) })
    const lone = randomBytes(9_000_000)
    await uploadBytes(client, lone)
    const all = [...contents, lone]
    for (const some of [all, all.toReversed(), [contents[0], contents[3]], [lone], [contents[2]]]) {
      const hashes = some.map((bytes) => sha(bytes as Buffer))
      const found = await read(client, ...hashes, hashes[0] as string)
      expect([...found.keys()].toSorted()).toEqual(hashes.toSorted())
      for (const bytes of some) expect(found.get(sha(bytes as Buffer))?.equals(bytes as Buffer)).toBe(true)
    }
  })

  it('are refused when one is not there or all are too much, before any byte', async () => {
    const small = await uploadBytes(client, randomBytes(10))
    const lost = 'e'.repeat(64)
    await expect(client.readPack({ body: { hashes: [small.sha256, lost] } })).rejects.toMatchObject({
      code: 'blob.not_found',
      details: { missing: [lost] },
    })
    const large = await uploadBytes(client, randomBytes(packLimit))
    await expect(client.readPack({ body: { hashes: [small.sha256, large.sha256] } })).rejects.toMatchObject({
      code: 'request.too_large',
    })
  })

  it('show a worker the files of its job only, and a tenant its own', async () => {
    const [inTree, output, other] = await Promise.all([1, 2, 3].map(() => uploadBytes(client, randomBytes(50))))
    const hashes = [inTree?.sha256 ?? '', output?.sha256 ?? '']
    const { treeId } = await client.createTree({ body: { entries: [{ path: 'a', ...inTree! }] } })
    trees.set('reader', [treeId])
    outputs.add(`reader/${output?.sha256}`)
    const worker = server.attemptClient('reader')
    expect([...(await read(worker, ...hashes)).keys()].toSorted()).toEqual(hashes.toSorted())
    const missing = other?.sha256 ?? ''
    await expect(worker.readPack({ body: { hashes: [...hashes, missing] } })).rejects.toMatchObject({
      code: 'blob.not_found',
      details: { missing: [missing] },
    })
    const stranger = server.clientIn(await ground.addTenant())
    await expect(stranger.readPack({ body: { hashes } })).rejects.toMatchObject({ code: 'blob.not_found' })
  })
})

describe('trees', () => {
  it('have one id whatever the order, and refuse files that are not there', async () => {
    const [a, b] = [await uploadBytes(client, randomBytes(10)), await uploadBytes(client, randomBytes(20))]
    const entries = [
      { path: 'tex/ä.png', ...a },
      { path: 'Scene.blend', ...b },
    ]
    const one = await client.createTree({ body: { entries } })
    expect(await client.createTree({ body: { entries: entries.toReversed() } })).toEqual(one)
    expect(one).toMatchObject({ files: 2, bytes: 30 })
    const lost = { path: 'lost', sha256: 'f'.repeat(64), size: 1 }
    await expect(client.createTree({ body: { entries: [...entries, lost] } })).rejects.toMatchObject({
      code: 'blob.not_found',
      details: { missing: [lost] },
    })
    await expect(client.createTree({ body: { entries: [{ path: 'x', ...a, size: 11 }] } })).rejects.toMatchObject({
      code: 'blob.not_found',
    })
    await expect(
      client.createTree({
        body: {
          entries: [
            { path: 'a', ...a },
            { path: 'a/b', ...a },
          ],
        },
      }),
    ).rejects.toMatchObject({ code: 'tree.invalid_path' })
  })
})

describe('collectGarbage', () => {
  const grace = { graceSeconds: 86_400 }
  const later = (days: number) => new Date(Date.now() + days * 86_400_000)

  it('keeps what jobs refer to and what is young, and takes the rest with its files', async () => {
    const [kept, dropped] = [randomBytes(3000), randomBytes(9000)]
    await client.putPack({ body: body(entryOf(kept), entryOf(dropped)) })
    const large = randomBytes(partSize + 1)
    const lone = await uploadBytes(client, large)
    const keptTree = await client.createTree({ body: { entries: [{ path: 'k', sha256: sha(kept), size: 3000 }] } })
    const oldTree = await client.createTree({ body: { entries: [{ path: 'd', sha256: sha(dropped), size: 9000 }] } })
    trees.set('keeper', [keptTree.treeId])

    const nothing = await server.storage.collectGarbage({ now: new Date(), ...grace })
    expect(nothing).toMatchObject({ trees: 0, blobs: 0, objects: 0, compacted: 0 })

    const collected = await server.storage.collectGarbage({ now: later(2), ...grace })
    expect(collected.trees).toBeGreaterThanOrEqual(1)
    expect(collected.bytes).toBeGreaterThanOrEqual(9000 + partSize)
    expect(collected.compacted).toBeGreaterThanOrEqual(1)
    expect(await isMissing(sha(kept), sha(dropped), lone.sha256)).toEqual([sha(dropped), lone.sha256])
    const read = await client.readBlob({ params: { sha256: sha(kept) } })
    expect(Buffer.from(await read.arrayBuffer()).equals(kept)).toBe(true)
    const packed = await client.readPack({ body: { hashes: [sha(kept)] } })
    expect(Buffer.from(await packed.arrayBuffer()).equals(entryOf(kept))).toBe(true)
    await expect(client.readTree({ params: { treeId: oldTree.treeId } })).rejects.toMatchObject({
      code: 'tree.not_found',
    })
    // What was collected can be sent again, and is there again.
    expect(await uploadBytes(client, large)).toEqual(lone)
    const again = await client.readBlob({ params: { sha256: lone.sha256 } })
    expect(sha(new Uint8Array(await again.arrayBuffer()))).toBe(lone.sha256)
    expect(await server.storage.collectGarbage({ now: later(2), ...grace })).toMatchObject({ blobs: 1, compacted: 0 })
  })
})
