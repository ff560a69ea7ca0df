import { expect, it } from 'vitest'
import { findMissingBlobs } from './find-missing-blobs.ts'

it('asks once for each tenant, and never answers one tenant with what another has', async () => {
  const asked: [string, readonly string[]][] = []
  const missingBlobs = async (tenantId: string, hashes: readonly string[]) => {
    asked.push([tenantId, hashes])
    return hashes.filter((hash) => tenantId === 'b' || hash === 'gone')
  }
  const questions = [
    { tenantId: 'a', hashes: ['frame', 'thumbnail'] },
    { tenantId: 'b', hashes: ['frame'] },
    { tenantId: 'a', hashes: ['frame', 'gone'] },
  ]
  expect(await findMissingBlobs({ missingBlobs }, questions)).toEqual([[], ['frame'], ['gone']])
  expect(asked).toEqual([
    ['a', ['frame', 'thumbnail', 'gone']],
    ['b', ['frame']],
  ])
})
