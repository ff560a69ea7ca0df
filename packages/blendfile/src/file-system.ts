import type { ByteSource } from './byte-source.ts'
import type { CloudProvider } from './cloud/provider.ts'
import type { PathStyle } from './path/disk-path.ts'

export interface FileStat {
  readonly kind: 'file' | 'directory'
  /** Bytes; 0 for a directory. */
  readonly size: number
  /** Bytes that it takes on the disk, where that is known. */
  readonly occupied?: number
  /** Of a folder, where that is known: the same under every name that links give it. */
  readonly identity?: string
  /** Who holds its content, which is not on this disk (`cloud/`). Its size may be unknown, and then is 0. */
  readonly cloud?: CloudProvider
}

/** What the tracer needs of a disk. Injected: Node's (`node/file-system.ts`), a browser's folder, a test's. */
export interface FileSystem {
  readonly style: PathStyle
  /** Undefined when nothing is there, or it can't be reached. */
  stat(path: string): Promise<FileStat | undefined>
  /** Names in a folder; undefined when it is no folder or can't be read. */
  list(path: string): Promise<readonly string[] | undefined>
  /** Throws `blend.unreadable`. */
  open(path: string): Promise<ByteSource>
}
