import { randomUUID } from 'node:crypto'
import type { Handler } from '@backlot/contract/handler'
import type { storageRoutes } from '@backlot/contract/routes/storage'
import { packLimit } from '@backlot/contract/schemas/storage'
import { objectKey, type StorageDeps } from './deps.ts'
import { type PackEntry, PackReader, tooLarge } from './pack-reader.ts'
import { insertBlobs } from './queries/insert-blobs.ts'
import { releaseReceived } from './release-received.ts'
import { announcedLength, receiveBytes } from './receive-bytes.ts'

/**
 * Keeps a pack as it arrives: one object for all its files, one flush, then one statement that makes them visible.
 * No database connection is held while the bytes come in.
 */
export function putPack({ database, driver, now }: StorageDeps): Handler<typeof storageRoutes.putPack> {
  return async (_input, context) => {
    if ((announcedLength(context) ?? 0) > packLimit) throw tooLarge()
    const { tenantId } = context.caller
    const objectId = randomUUID()
    const key = objectKey(tenantId, objectId)
    const entries = await receiveBytes(context, async (source) => {
      const object = await driver.create(key)
      try {
        const reader = new PackReader()
        for await (const chunk of source) {
          reader.push(chunk)
          await object.write(chunk)
          releaseReceived(chunk.length)
        }
        reader.end()
        if (reader.entries.some((entry) => entry.sound)) await object.commit()
        return reader.entries
      } finally {
        await object.discard()
      }
    })

    const sound = entries.filter((entry) => entry.sound)
    const blobs = [...new Map(sound.map(asBlob).map((blob) => [blob.sha256, blob])).values()]
    if (blobs.length > 0) {
      const added = await database.inTenant(tenantId, (tx) =>
        insertBlobs(tx, { tenantId, objectId, blobs, now: now() }),
      )
      if (added === 0) await driver.delete(key)
    }
    return {
      stored: sound.length,
      bytes: sound.reduce((sum, entry) => sum + entry.size, 0),
      rejected: entries.filter((entry) => !entry.sound).map((entry) => entry.sha256.toString('hex')),
    }
  }
}

function asBlob({ sha256, size, offset }: PackEntry) {
  return { sha256: sha256.toString('hex'), size, offset }
}
