import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hydrateBy } from './hydrate.ts'

let folder: string
beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'backlot-cloud-')), 'Dropbox')
  await mkdir(folder)
})
afterAll(() => rm(join(folder, '..'), { recursive: true, force: true }))

/** A pipe blocks its reader until somebody writes, as a file does whose cloud does not answer. */
function pipe(name: string): string {
  const path = join(folder, name)
  execFileSync('mkfifo', [path])
  return path
}

it('reads the whole file, and tells how far it is', async () => {
  const path = join(folder, 'a.png')
  await writeFile(path, Buffer.alloc(3_000_000))
  const seen: number[] = []
  await hydrateBy({ onProgress: (_, bytes) => seen.push(bytes) })(path)
  expect(seen.at(-1)).toBe(3_000_000)
})

it.skipIf(process.platform === 'win32')('gives up a file of which nothing arrives, by its name', async () => {
  const path = pipe('never')
  await expect(hydrateBy({ timeoutSeconds: 0.5 })(path)).rejects.toMatchObject({
    code: 'blend.not_downloaded',
    message: `${path} is in Dropbox and not on this disk: nothing of it arrived for 0.5 seconds.`,
  })
})

it.skipIf(process.platform === 'win32')('ends at once when it is cancelled', async () => {
  const abort = new AbortController()
  const running = hydrateBy({ signal: abort.signal })(pipe('slow'))
  setTimeout(() => abort.abort(new Error('enough')), 200)
  await expect(running).rejects.toThrow('enough')
})

it.skipIf(process.platform === 'win32')('waits for what comes slowly', async () => {
  const path = pipe('late')
  const seen: number[] = []
  const running = hydrateBy({ timeoutSeconds: 20, onProgress: (_, bytes) => seen.push(bytes) })(path)
  const writer = await open(path, 'w')
  await writer.write('a')
  await new Promise((resolve) => setTimeout(resolve, 200))
  await writer.write('bc')
  await writer.close()
  await running
  expect(seen.at(-1)).toBe(3)
})

it.skipIf(process.platform === 'darwin')('says so when there is only a stub and no iCloud to ask', async () => {
  await writeFile(join(folder, '.wood.png.icloud'), 'plist')
  await expect(hydrateBy()(join(folder, 'wood.png'))).rejects.toMatchObject({ code: 'blend.not_downloaded' })
})
