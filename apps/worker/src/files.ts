import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '@backlot/contract/client'
import type { BlobRef } from '@backlot/contract/schemas/storage'
import { unpackZip } from '@backlot/packing/zip/unpack-zip'
import { BlobCache, type BlobCacheOptions } from '@backlot/transfer/blob-cache'
import { materialise } from '@backlot/transfer/materialise'
import { uploadFiles } from '@backlot/transfer/upload'
import { spaceOf } from './disk.ts'
import { persist } from './server/patience.ts'

interface Watch {
  signal: AbortSignal
  /** Bytes that are there, of all. */
  onProgress: (done: number, total: number) => void
}

interface LayOut {
  treeId: string
  folder: string
  archive: string | undefined
}

/** Files between storage and this machine, through a cache of blobs. A server that is away is waited for. */
export class Files {
  readonly #cache: BlobCache

  constructor(options: BlobCacheOptions) {
    this.#cache = new BlobCache(options)
  }

  /** Lays a tree out as a folder of its own; `archive`: what the ZIP of that path in it holds takes its place. */
  async layOut(client: Client, { treeId, folder, archive }: LayOut, watch: Watch): Promise<void> {
    const { signal, onProgress } = watch
    const { entries } = await persist(() => client.readTree({ params: { treeId } }, { signal }), { signal })
    await this.bring(client, entries, folder, watch)
    if (archive === undefined) return
    const { free, reserve } = await spaceOf(folder)
    await unpackZip(join(folder, archive), folder, { mostBytes: Math.max(0, free - reserve), signal, onProgress })
    await rm(join(folder, archive))
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
