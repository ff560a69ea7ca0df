import { mkdtemp, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@backlot/contract/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkout, type RunningCommand, startBacklot } from './src/command.ts'
import { descendants, findProcess, isAlive } from './src/processes.ts'
import { until } from './src/until.ts'

let folder: string
let dev: RunningCommand
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-dev-'))
  dev = await startBacklot(['dev', '--port', '0', '--data', join(folder, 'data')])
})
afterAll(async () => {
  await dev?.end()
  await rm(folder, { recursive: true, force: true })
})

it('serves the sources of the web app, signs in, starts the server again on a change, and leaves nothing running', async () => {
  const { url, email, password } = dev.first as { url: string; email: string; password: string }
  const page = await fetch(url)
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('/@vite/client')])
  // By the web app's address, as the page itself does it.
  const anonymous = createClient({ server: url })
  const { token } = await anonymous.signIn({ body: { email, password } })
  const client = createClient({ server: url, headers: () => ({ authorization: `Bearer ${token}` }) })
  await until('the worker is there', async () => {
    const { items } = await client.listWorkers({})
    return items.some(({ name, state }) => name === 'dev' && state === 'online')
  })

  const entry = join(checkout, 'apps/server/src/main.ts')
  const watcher = await findProcess(dev.pid, /--watch .*apps\/server\/src\/main\.ts/)
  const [before] = await descendants(watcher.pid)
  await utimes(entry, new Date(), new Date())
  await until('another server runs', async () => {
    const [now] = await descendants(watcher.pid)
    return (
      now !== undefined && now.pid !== before?.pid && (await client.whoami({}).catch(() => undefined)) !== undefined
    )
  })

  const all = await descendants(dev.pid)
  expect(all.length).toBeGreaterThan(3)
  expect(await dev.end('SIGINT')).toBe(0)
  await until('everything has ended', async () => !all.some(({ pid }) => isAlive(pid)))
})
