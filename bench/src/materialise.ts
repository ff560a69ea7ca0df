import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder, surroundings } from '@backlot/base/node/folders'
import { createClient } from '@backlot/contract/client'
import { createInstallation } from '@backlot/tests/installation'
import { uploadTree } from '@backlot/transfer/upload'
import { type Benchmark, type BenchmarkOptions, type BenchmarkResult, cheaperThan, type Peer } from './benchmark.ts'
import { startDelayingProxy } from './delaying-proxy.ts'
import { makeFiles } from './noise-files.ts'
import { memoryFolder, run as runProgram, temporaryFolder } from './programs.ts'
import { findRclone, rcloneProtocols, serveRclone } from './rclone.ts'

/** Milliseconds each way. */
const distance = 20
const fileBytes = 50_000

export const materialise: Benchmark = {
  name: 'materialise',
  summary: 'a worker lays out many small files at 40 ms round trip, against a download by rclone',
  run,
}

async function run(options: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const files = options.quick ? 200 : 2000
  const memory = await memoryFolder(8 * files * fileBytes)
  await using scratch = await temporaryFolder('backlot-materialise-', memory)
  const places: Places = { files, from: join(scratch.path, 'from'), scratch: scratch.path, options }
  await makeFiles(places.from, { files, bytes: fileBytes })
  const own = await ownSeconds(places)
  const found = await findRclone(options.note)
  const peer = 'missing' in found ? { name: found.missing, value: null } : await fastestPeer(found.name, places)
  options.note(`Backlot ${own.toFixed(2)} s, ${peer.name} ${peer.value?.toFixed(2)} s`)
  const metric = `${files} × 50 KB at ${2 * distance} ms round trip, nothing in the cache`
  return [cheaperThan({ name: 'materialise', metric, value: own, unit: 's' }, peer, 5)]
}

interface Places {
  files: number
  from: string
  scratch: string
  options: BenchmarkOptions
}

async function ownSeconds({ files, from, scratch, options: { signal, note } }: Places): Promise<number> {
  const installation = await createInstallation({ worker: false, env: { BACKLOT_DATA: join(scratch, 'data') } })
  try {
    const server = installation.url
    const { token } = await createClient({ server }).signIn({ body: installation.admin })
    const client = createClient({ server, headers: () => ({ authorization: `Bearer ${token}` }) })
    const entries = (await readdir(from)).map((path) => ({ path, file: join(from, path) }))
    const { treeId } = await uploadTree(client, entries, { signal })
    await using far = await startDelayingProxy({ host: '127.0.0.1', port: Number(new URL(server).port) }, distance)
    const env = { ...process.env, NODE_COMPILE_CACHE: join(cacheFolder(surroundings(process.env)), 'compiled') }
    const script = join(import.meta.dirname, 'materialise-client.ts')
    const args = [`http://127.0.0.1:${far.port}`, token, treeId, join(scratch, 'laid'), join(scratch, 'cache')]
    const { seconds, stdout } = await runProgram(process.execPath, [script, ...args], { env, signal })
    const inside = JSON.parse(stdout) as { fetchedFiles: number; seconds: number }
    note(`Backlot: ${seconds.toFixed(2)} s, of which ${inside.seconds.toFixed(2)} s without the start of the process`)
    if (inside.fetchedFiles !== files) throw new Error(`${inside.fetchedFiles} of ${files} files were fetched`)
    return seconds
  } finally {
    await installation.remove()
  }
}

/** The faster of the two protocols. */
async function fastestPeer(name: string, { files, from, scratch, options }: Places): Promise<Peer> {
  const times: { name: string; value: number }[] = []
  for (const protocol of rcloneProtocols) {
    const into = join(scratch, `rclone-${protocol}`)
    await mkdir(into)
    await using server = await serveRclone(protocol, { folder: from, scratch, signal: options.signal })
    await using far = await startDelayingProxy({ host: '127.0.0.1', port: server.port }, distance)
    const value = await server.fetch(into, far.port)
    const arrived = (await readdir(into)).length
    if (arrived !== files) throw new Error(`rclone brought ${arrived} of ${files} files by ${protocol}`)
    options.note(`rclone ${protocol}: ${value.toFixed(2)} s`)
    times.push({ name: `${name} ${protocol}`, value })
  }
  return times.toSorted((a, b) => a.value - b.value)[0] as Peer
}
