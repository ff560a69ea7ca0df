import type { Client } from '@backlot/contract/client'
import type { BlobRef } from '@backlot/contract/schemas/storage'
import { BlobCache } from '@backlot/transfer/blob-cache'
import { materialise } from '@backlot/transfer/materialise'
import { uploadFiles } from '@backlot/transfer/upload'
import { persist } from './server/patience.ts'

interface Watch {
  signal: AbortSignal
  /** Bytes that are there, of all. */
  onProgress: (done: number, total: number) => void
}

/** Files between storage and this machine, through a cache of blobs. A server that is away is waited for. */
export class Files {
  readonly #cache: BlobCache

  constructor(options: { folder: string; limitBytes: number }) {
    this.#cache = new BlobCache(options)
  }

  /** Lays a tree out as a folder of its own. */
  async layOut(client: Client, { treeId, folder }: { treeId: string; folder: string }, watch: Watch): Promise<void> {
    const { signal } = watch
    const { entries } = await persist(() => client.readTree({ params: { treeId } }, { signal }), { signal })
    await this.bring(client, entries, folder, watch)
  }

  /** Brings blobs to paths in a folder. */
  async bring(
    client: Client,
    entries: readonly (BlobRef & { path: string })[],
    folder: string,
    { signal, onProgress }: Watch,
  ): Promise<void> {
    const tell = ({ bytes, totalBytes }: { bytes: number; totalBytes: number }) => onProgress(bytes, totalBytes)
    await persist(() => materialise(client, entries, folder, { cache: this.#cache, signal, onProgress: tell }), {
      signal,
    })
  }

  /** Brings finished files into storage. */
  send(client: Client, paths: readonly string[], signal: AbortSignal): Promise<BlobRef[]> {
    return persist(() => uploadFiles(client, paths, { signal }), { signal })
  }

  /** Makes room on a full disk: everything in the cache can be fetched again. */
  emptyCache(): Promise<void> {
    return this.#cache.empty()
  }
}
