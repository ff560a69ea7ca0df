import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeBlend } from '../testing/blend-writer.ts'
import { baseStructs } from '../testing/find-references.ts'

/** The package as others install it: JavaScript with types, without the repository around it. */
const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../..', import.meta.url))
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blendfile-published-'))
  await run(join(root, 'backlot'), ['pnpm', '--filter', '@backlot/blendfile', 'pack', '--pack-destination', folder])
  const [archive] = await readdir(folder)
  const installed = join(folder, 'node_modules/@backlot/blendfile')
  await mkdir(installed, { recursive: true })
  await run('tar', ['-xzf', join(folder, String(archive)), '-C', installed, '--strip-components=1'])
  await symlink(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'), 'junction')
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  const structs = { ...baseStructs, Image: ['ID id', 'char name[1024]', 'int source', 'int pad'] }
  const image = { code: 'IM', struct: 'Image', data: { 'id.name': 'IMwood', name: '//wood.png', source: 1 } }
  await writeFile(join(folder, 'shot.blend'), writeBlend(structs, [image]))
})
afterAll(() => rm(folder, { recursive: true }))

const program = `
import { inspectFile } from '@backlot/blendfile/node/inspect-file'
import { renamePathsOfFile } from '@backlot/blendfile/node/rewrite-file'
import { traceFile } from '@backlot/blendfile/node/trace-file'
import type { TraceResult } from '@backlot/blendfile/trace/result'

const before: TraceResult = await traceFile('shot.blend')
await renamePathsOfFile('shot.blend', 'moved.blend', ({ stored }) => stored.replace('//', '//textures/'))
const after = await traceFile('moved.blend')
const { counts } = await inspectFile('moved.blend')
console.log(JSON.stringify([...before.usages, ...after.usages].map(({ stored }) => stored)), counts)
`

test('runs on a plain Node, and its types are whole', async () => {
  await writeFile(join(folder, 'main.ts'), program)
  const { stdout } = await run(process.execPath, ['main.ts'], { cwd: folder })
  expect(stdout).toContain('["//wood.png","//textures/wood.png"]')

  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node']
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  await expect(run(process.execPath, [tsc, ...options, 'main.ts'], { cwd: folder })).resolves.toMatchObject({
    stdout: '',
  })
})
