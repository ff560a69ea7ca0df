import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { installBlender } from './install.ts'
import { knownWheel } from './install-wheel.ts'
import { knownVersions } from './known-versions.ts'
import { removeBlender } from './remove.ts'

let cacheFolder: string
beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'backlot-install-'))
})
afterEach(() => rm(cacheFolder, { recursive: true, force: true }))

const said: string[] = []
const options = () => ({
  cacheFolder,
  platform: 'linux' as const,
  arch: 'x64',
  home: cacheFolder,
  env: {},
  say: (line: string) => said.push(line),
})

/** The record of a finished installation. */
async function installed(version: string, kind: string) {
  const folder = join(cacheFolder, 'blenders', `${version}-${kind}`)
  await mkdir(folder, { recursive: true })
  const record = { version, kind, program: 'bin/python', probe: 'bpy.so', installedAt: '2026-11-21' }
  await writeFile(join(folder, 'blender.json'), JSON.stringify(record))
  return folder
}

test('what is no version is refused before anything happens', async () => {
  await expect(installBlender({ ...options(), version: 'latest' })).rejects.toMatchObject({
    code: 'blender.unknown_version',
  })
  expect(existsSync(join(cacheFolder, 'blenders'))).toBe(false)
})

test('what is there already is not fetched again', async () => {
  const folder = await installed('4.5.15', 'module')
  const found = await installBlender({ ...options(), platform: 'darwin', version: '4.5' })
  expect(found).toEqual({ version: '4.5.15', kind: 'module', path: join(folder, 'bin', 'python'), source: 'installed' })
})

test('a version that no wheel is pinned for names those that are', async () => {
  const install = installBlender({ ...options(), version: '3.6', sources: ['wheel'] })
  await expect(install).rejects.toMatchObject({
    code: 'blender.unknown_version',
    message: expect.stringContaining(knownVersions.map(({ version }) => version).join(', ')),
  })
})

test('interrupted before it begins', async () => {
  const install = installBlender({ ...options(), signal: AbortSignal.abort() })
  await expect(install).rejects.toMatchObject({ code: 'cli.interrupted' })
})

test('pinned wheels by series, version and platform', () => {
  expect(knownWheel('4.5', 'linux', 'x64')?.version).toBe('4.5.15')
  expect(knownWheel('5.0.1', 'darwin', 'arm64')?.version).toBe('5.0.1')
  expect(knownWheel('5.0.1', 'darwin', 'x64')).toBeUndefined() // Blender 5 has left Intel Macs
  expect(knownWheel('5.0.0', 'linux', 'x64')).toBeUndefined()
  expect(knownWheel('4.5', 'linux', 'riscv64')).toBeUndefined()
})

test('only what Backlot installed is removed', async () => {
  const folder = await installed('4.5.15', 'module')
  const other = await installed('5.0.1', 'module')
  expect(await removeBlender('4.5', cacheFolder)).toMatchObject([{ version: '4.5.15' }])
  expect([existsSync(folder), existsSync(other)]).toEqual([false, true])
  await expect(removeBlender('4.5', cacheFolder)).rejects.toMatchObject({ code: 'blender.not_installed' })
})
