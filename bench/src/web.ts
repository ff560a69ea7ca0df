import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { gzipSync } from 'node:zlib'
import { checkout } from '@backlot/tests/command'
import { atMost, type Benchmark, type BenchmarkOptions, type BenchmarkResult, median } from './benchmark.ts'
import { temporaryFolder } from './programs.ts'

export const web: Benchmark = {
  name: 'web',
  summary: 'from a warm ./backlot up to its first page, and how large the first load is',
  run,
}

async function run({ quick, signal, note }: BenchmarkOptions): Promise<BenchmarkResult[]> {
  await using folder = await temporaryFolder('backlot-web-')
  const times: number[] = []
  let sizes: PageSize | undefined
  // The first start makes the database and, after a change, builds the app.
  for (let round = 0; round <= (quick ? 1 : 5); round++) {
    const started = performance.now()
    await using up = await startUp(folder.path, signal)
    sizes = await loadPage(up.url)
    const seconds = (performance.now() - started) / 1000
    note(`start ${round}: ${seconds.toFixed(2)} s`)
    if (round > 0) times.push(seconds)
  }
  const { files, plain, gzip, sent } = sizes as PageSize
  note(`${files} files: ${kilobytes(plain)} KB, ${kilobytes(gzip)} KB by gzip; the server sends ${kilobytes(sent)} KB`)
  const metric = `warm ./backlot up to the first page with its scripts and styles, median of ${times.length}`
  return [
    atMost({ name: 'web', metric, value: median(times), unit: 's' }, 4),
    atMost(
      {
        name: 'web',
        metric: `first load before a route's own chunks, ${files} files by gzip (${kilobytes(sent)} KB as the server sends it)`,
        value: kilobytes(gzip),
        unit: 'KB',
      },
      250,
    ),
  ]
}

async function startUp(folder: string, signal: AbortSignal): Promise<AsyncDisposable & { url: string }> {
  const env = { ...process.env, BACKLOT_DATA: join(folder, 'data'), BACKLOT_CONFIG: join(folder, 'config') }
  const args = ['up', '--port', '0', '--json']
  const child = spawn(join(checkout, 'backlot'), args, { cwd: checkout, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = () => void child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  const dispose = async () => {
    signal.removeEventListener('abort', stop)
    stop()
    await ended
  }
  const first = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])
  if (first === undefined) throw new Error(`./backlot up ended: ${stderr.trim().slice(-2000)}`)
  const { url } = JSON.parse(String((first as unknown[])[0])) as { url: string }
  return { url, [Symbol.asyncDispose]: dispose }
}

/** Bytes of a page and of all that its HTML names: what a browser needs before it asks for a route's own chunk. */
interface PageSize {
  files: number
  plain: number
  gzip: number
  /** As it came over the wire, to a client that takes gzip. */
  sent: number
}

async function loadPage(url: string): Promise<PageSize> {
  const page = await load(`${url}/`)
  const html = page.content.toString()
  const named = [...html.matchAll(/<(?:script|link)\b[^>]*\b(?:src|href)="([^"]+)"/g)].map(([, path]) => path as string)
  const rest = await Promise.all(named.map((path) => load(new URL(path, url).href)))
  const total: PageSize = { files: 0, plain: 0, gzip: 0, sent: 0 }
  for (const { content, sent } of [page, ...rest]) {
    total.files++
    total.plain += content.length
    total.gzip += gzipSync(content).length
    total.sent += sent
  }
  return total
}

async function load(url: string): Promise<{ content: Buffer; sent: number }> {
  const response = await fetch(url, { headers: { accept: 'text/html, */*', 'accept-encoding': 'gzip' } })
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  const content = Buffer.from(await response.arrayBuffer())
  const isCompressed = response.headers.get('content-encoding') === 'gzip'
  return { content, sent: isCompressed ? gzipSync(content).length : content.length }
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 100) / 10
}
