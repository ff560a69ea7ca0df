import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder, surroundings } from '@backlot/base/node/folders'
import { createClient } from '@backlot/contract/client'
import { createInstallation, type Installation } from '@backlot/tests/installation'
import { type Benchmark, type BenchmarkOptions, type BenchmarkResult, cheaperThan, type Peer } from './benchmark.ts'
import { startDelayingProxy } from './delaying-proxy.ts'
import { makeFiles } from './noise-files.ts'
import { memoryFolder, run as runProgram, temporaryFolder } from './programs.ts'
import { findRclone, type RcloneProtocol, rcloneProtocols, serveRclone } from './rclone.ts'

/** Milliseconds each way. */
const distance = 20

export const upload: Benchmark = {
  name: 'upload',
  summary: 'many small files at 40 ms round trip, twice, and two large ones nearby, against rclone',
  run,
}

async function run(options: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const small = { files: options.quick ? 200 : 2000, bytes: 50_000 }
  const large = { files: 2, bytes: options.quick ? 50_000_000 : 500_000_000 }
  // Backlot has every byte on the disk before it says so and rclone does not: on a disk this would measure the disk.
  const memory = await memoryFolder(4 * large.files * large.bytes)
  await using scratch = await temporaryFolder('backlot-upload-', memory)
  const many = join(scratch.path, 'many')
  const few = join(scratch.path, 'few')
  await makeFiles(many, small)
  await makeFiles(few, large)

  const own = await ownTimes({ many, few, scratch: scratch.path, options })
  const found = await findRclone(options.note)
  const names = ['far', 'again', 'near'] as const
  const peers: Record<(typeof names)[number], Peer> =
    'missing' in found
      ? missing(found.missing)
      : await fastestOf(found.name, (protocol) => rcloneTimes(protocol, { many, few, scratch: scratch.path, options }))
  for (const name of names) {
    options.note(`${name}: Backlot ${own[name].toFixed(2)} s, ${peers[name].name} ${peers[name].value?.toFixed(2)} s`)
  }
  const measured = (metric: string, value: number) => ({ name: 'upload', metric, value, unit: 's' })
  const where = memory === undefined ? 'on disk' : 'in memory'
  const size = `${small.files} × 50 KB at ${2 * distance} ms round trip`
  return [
    cheaperThan(measured(`${size}, first time`, own.far), peers.far, 10),
    cheaperThan(measured(`${size}, again unchanged`, own.again), peers.again, 5),
    cheaperThan(measured(`${large.files} × ${large.bytes / 1e6} MB on loopback, ${where}`, own.near), peers.near, 1.5),
  ]
}

/** Seconds: small files to a far server, the same again, large files to a near one. */
interface Times {
  far: number
  again: number
  near: number
}

interface Places {
  many: string
  few: string
  scratch: string
  options: BenchmarkOptions
}

async function ownTimes({ many, few, scratch, options: { signal, note } }: Places): Promise<Times> {
  const installation = await createInstallation({ worker: false, env: { BACKLOT_DATA: join(scratch, 'data') } })
  try {
    const token = await signIn(installation)
    // As the launcher does for every command.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(cacheFolder(surroundings(process.env)), 'compiled') }
    const send = async (folder: string, port: number, expected: { sent: number; skipped: number }) => {
      const args = [`http://127.0.0.1:${port}`, token, folder, join(scratch, 'hashes.sqlite')]
      const client = join(import.meta.dirname, 'upload-client.ts')
      const { seconds, stdout } = await runProgram(process.execPath, [client, ...args], { env, signal })
      const { sentFiles, skippedFiles, ...inside } = JSON.parse(stdout) as Sent
      note(`Backlot: ${seconds.toFixed(2)} s, of which ${inside.seconds.toFixed(2)} s without the start of the process`)
      if (sentFiles !== expected.sent || skippedFiles !== expected.skipped)
        throw new Error(`${sentFiles} files were sent and ${skippedFiles} skipped of ${folder}`)
      return seconds
    }
    const near = Number(new URL(installation.url).port)
    await using far = await startDelayingProxy({ host: '127.0.0.1', port: near }, distance)
    const count = (await readdir(many)).length
    return {
      far: await send(many, far.port, { sent: count, skipped: 0 }),
      again: await send(many, far.port, { sent: 0, skipped: count }),
      near: await send(few, near, { sent: 2, skipped: 0 }),
    }
  } finally {
    await installation.remove()
  }
}

/** What `upload-client.ts` prints. */
interface Sent {
  sentFiles: number
  skippedFiles: number
  seconds: number
}

async function signIn({ url, admin }: Installation): Promise<string> {
  return (await createClient({ server: url }).signIn({ body: admin })).token
}

async function rcloneTimes(protocol: RcloneProtocol, { many, few, scratch, options }: Places): Promise<Times> {
  const folder = join(scratch, protocol)
  await mkdir(folder)
  const { signal } = options
  try {
    await using server = await serveRclone(protocol, { folder, scratch, signal })
    await using far = await startDelayingProxy({ host: '127.0.0.1', port: server.port }, distance)
    const times = {
      far: await server.copy(many, far.port),
      again: await server.copy(many, far.port),
      near: await server.copy(few, server.port),
    }
    const arrived = (await readdir(folder)).length
    const expected = (await readdir(many)).length + (await readdir(few)).length
    if (arrived !== expected) throw new Error(`rclone brought ${arrived} of ${expected} files by ${protocol}`)
    options.note(
      `rclone ${protocol}: ${times.far.toFixed(2)} s, ${times.again.toFixed(2)} s, ${times.near.toFixed(2)} s`,
    )
    return times
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * For each of the three, the protocol with which the peer was fastest. Whether a file is unchanged counts by SFTP alone:
 * WebDAV has no times, so that rclone compares sizes and would miss a change.
 */
async function fastestOf(name: string, measure: (protocol: RcloneProtocol) => Promise<Times>) {
  const all: { protocol: RcloneProtocol; times: Times }[] = []
  for (const protocol of rcloneProtocols) all.push({ protocol, times: await measure(protocol) })
  const best = (what: keyof Times, among = all): Peer => {
    const [first] = among.toSorted((a, b) => a.times[what] - b.times[what])
    return { name: `${name} ${first?.protocol}`, value: first?.times[what] ?? null }
  }
  const bySftp = all.filter(({ protocol }) => protocol === 'sftp')
  return { far: best('far'), again: best('again', bySftp), near: best('near') }
}

function missing(name: string): Record<keyof Times, Peer> {
  const peer = { name, value: null }
  return { far: peer, again: peer, near: peer }
}
