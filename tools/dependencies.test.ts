import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

it('docs/dependencies.md lists the catalog, with its versions', () => {
  const catalog = /^catalog:\n((?: {2}.*\n)+)/m.exec(read('pnpm-workspace.yaml'))?.[1] ?? ''
  const pinned = [...catalog.matchAll(/^ {2}'?([^':]+)'?: (\S+)$/gm)].map(([, name, version]) => `${name} ${version}`)
  const table = read('docs/dependencies.md').split('## ')[0] ?? ''
  const listed = [...table.matchAll(/^\| (\S+) \| (\d\S*) \|/gm)].map(([, name, version]) => `${name} ${version}`)
  expect(listed).toEqual(pinned)
})
