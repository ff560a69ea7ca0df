import { defineConfig } from 'vitest/config'

/**
 * Four suites, told apart by a file's name so that a test can stand beside its code:
 * `x.test.ts` unit, `x.int.test.ts` real PostgreSQL, `x.blender.test.ts` real Blender, `tests/*.e2e.test.ts` everything.
 */
const kinds = { integration: 'int', blender: 'blender', e2e: 'e2e' } as const
const special = Object.values(kinds).map((kind) => `**/*.${kind}.test.ts`)
const roots = ['packages', 'modules', 'apps', 'tools', 'bench']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [...roots, 'tests/src'].map((root) => `${root}/**/*.test.{ts,tsx}`),
          exclude: ['**/node_modules/**', 'tools/fixtures/**', ...special],
          // A test that hangs, not one on a busy machine: property tests took 8 s where 15 others waited for two cores.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: [...roots, 'tests'].map((root) => `${root}/**/*.int.test.ts`),
          exclude: ['**/node_modules/**'],
          globalSetup: ['packages/db/src/testing/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'blender',
          include: [...roots, 'tests'].map((root) => `${root}/**/*.blender.test.ts`),
          exclude: ['**/node_modules/**'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/**/*.e2e.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
