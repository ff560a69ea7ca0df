import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkServer, checkSpace } from './preflight.ts'

const serverAt = (offsetSeconds: number) => ({
  info: async () => ({
    name: 'backlot' as const,
    version: '1.2.3',
    time: new Date(Date.now() + offsetSeconds * 1000).toISOString(),
    setupNeeded: false,
  }),
})

describe('checkServer', () => {
  it('accepts a clock that is nearly right, and refuses one that is not', async () => {
    const check = await checkServer(serverAt(30))
    expect(check.version).toBe('1.2.3')
    expect(check.driftSeconds).toBeCloseTo(-30, 0)
    await expect(checkServer(serverAt(900))).rejects.toMatchObject({
      code: 'submit.clock_drift',
      message: "This machine's clock is 15 minutes behind the server's.",
    })
    await expect(checkServer(serverAt(-900))).rejects.toThrow('15 minutes ahead of')
  })
})

describe('checkSpace', () => {
  it('measures, and says how much is lacking', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'backlot-space-'))
    expect(await checkSpace(join(folder, 'new'), 1)).toBeGreaterThan(1)
    await expect(checkSpace(folder, 1e18)).rejects.toMatchObject({ code: 'submit.no_space', details: { folder } })
    await rm(folder, { recursive: true })
  })
})
