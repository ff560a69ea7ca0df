import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '../errors.ts'
import { routeList } from '../routes/all.ts'
import { contractOutputs } from './outputs.ts'

const outputs = contractOutputs('1.2.3')
const python = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0)

describe('what is generated from the contract', () => {
  it('describes every route in OpenAPI', () => {
    const document = JSON.parse(outputs.get('docs/reference/openapi.json') ?? '') as {
      paths: Record<string, Record<string, { operationId: string }>>
    }
    const described = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    )
    expect(described.toSorted()).toEqual(routeList.map(([id]) => id).toSorted())
  })

  it('has a page with advice for every error code', () => {
    for (const code of errorCodes) expect(outputs.get(`docs/reference/errors/${code}.md`)).toContain('**What to do.**')
  })

  it.skipIf(python === undefined)('is Python that imports (skipped only where there is no Python)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'backlot-generated-'))
    try {
      for (const name of ['models_gen.py', 'client_gen.py']) {
        writeFileSync(join(folder, name), outputs.get(`extensions/blender/backlot/${name}`) ?? '')
        const run = spawnSync(python ?? '', ['-c', `import ${name.slice(0, -3)}`], { cwd: folder, encoding: 'utf8' })
        expect(run.stderr).toBe('')
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
