import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { UploadEntry } from '@backlot/transfer/upload'
import { createTestDatabase, type TestDatabase } from '../../packages/db/src/testing/test-database.ts'

export interface Ground extends AsyncDisposable {
  test: TestDatabase
  /** Removed at the end. */
  folder: string
  tenantId: string
  addTenant: () => Promise<string>
}

/** A database with one tenant, and a folder. */
export async function prepareGround(): Promise<Ground> {
  const test = await createTestDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'backlot-storage-'))
  const addTenant = async () => {
    const tenantId = randomUUID()
    await test.admin('insert into backlot.tenants (tenant_id, slug, name, created_at) values ($1, $2, $2, now())', [
      tenantId,
      tenantId.slice(0, 8),
    ])
    return tenantId
  }
  return {
    test,
    folder,
    tenantId: await addTenant(),
    addTenant,
    async [Symbol.asyncDispose]() {
      await test.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Writes files of these sizes with random bytes. */
export async function makeFiles(folder: string, sizes: Record<string, number>): Promise<UploadEntry[]> {
  return Promise.all(
    Object.entries(sizes).map(async ([path, size]) => {
      const file = join(folder, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, randomBytes(size))
      return { path, file }
    }),
  )
}
