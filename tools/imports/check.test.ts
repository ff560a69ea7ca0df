import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkImports } from './check.ts'
import { scan } from './scan.ts'

const fixture = fileURLToPath(new URL('../fixtures/import-violations', import.meta.url))

describe('checkImports', () => {
  it('finds every violation of the fixture, and nothing else', () => {
    const found = checkImports(fixture).map(({ file, line, rule }) => `${file}:${line} ${rule}`)
    expect(found).toEqual([
      'apps/web/src/page.tsx:1 node',
      'apps/web/src/page.tsx:2 layer',
      'apps/worker/src/imports-module.ts:1 layer',
      'apps/worker/src/undeclared.ts:1 undeclared',
      'modules/farm/package.json:0 layer',
      'modules/farm/package.json:0 cycle',
      'modules/farm/src/type-only.ts:1 layer',
      'modules/farm/src/type-only.ts:2 layer',
      'modules/storage/package.json:0 layer',
      'modules/storage/src/dynamic.ts:1 layer',
      'packages/base/src/reads-environment-by-name.ts:1 node',
      'packages/base/src/reads-environment-by-name.ts:1 environment',
      'packages/base/src/reads-environment.ts:1 environment',
      'packages/blendfile/package.json:0 layer',
      'packages/blendfile/src/uses-node.ts:1 node',
      'packages/contract/package.json:0 external',
      'packages/contract/src/imports-external.ts:2 external',
      'packages/db/package.json:0 layer',
      'packages/hub/src/computed.ts:1 computed',
      'packages/hub/src/reaches-inside.ts:1 internals',
      'packages/strange/package.json:0 unknown',
    ])
  })
})

describe('scan', () => {
  it('sees static, type-only, dynamic and inline type imports, and re-exports', () => {
    const text = [
      `import a, { type B } from 'one'`,
      `import type { C } from 'two'`,
      `export { d } from 'three'`,
      `export * as e from 'four'`,
      `import 'five'`,
      `const f = await import('six')`,
      `type G = typeof import('seven')`,
      `import json from 'eight' with { type: 'json' }`,
    ]
    expect(scan('x.ts', text.join('\n')).imports).toEqual(
      ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'].map((specifier, index) => ({
        specifier,
        line: index + 1,
      })),
    )
  })

  it('is not fooled by strings, comments and shadows of a name', () => {
    const text = `// import 'a'\nconst s = "import 'b'"\nconst env = { process: { env: 1 } }\nenv.process.env`
    expect(scan('x.ts', text)).toEqual({ imports: [], computedImports: [], environmentReads: [] })
  })

  it('refuses a file that does not parse', () => {
    expect(() => scan('broken.ts', 'import {')).toThrow(/broken\.ts/)
  })
})
