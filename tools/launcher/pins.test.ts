import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { findPin, readPins } from './pins.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the launcher brings the pnpm that package.json names', async () => {
  for (const pin of (await readPins()).filter(({ part }) => part === 'pnpm')) {
    expect(`pnpm@${pin.version}`).toBe(manifest.packageManager)
  }
})

it('the launcher asks for the Node that package.json asks for', () => {
  expect(`>=${/^node_floor=(\d+)$/m.exec(read('../../backlot'))?.[1]}`).toBe(manifest.engines.node)
})

it('the wheel is pinned once, with hashes', async () => {
  const pin = await findPin('wheel', 'linux-x64')
  expect(read('node-wheel.txt')).toContain(`${pin?.package}==${pin?.version} \\\n    --hash=sha256:`)
})

it('finds what a platform gets, and nothing for an unknown one', async () => {
  expect((await findPin('pnpm', 'linux-arm64-musl'))?.package).toBe('@pnpm/exe.linux-arm64-musl')
  expect(await findPin('node', 'plan9-vax')).toBeUndefined()
})
