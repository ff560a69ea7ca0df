import { unreadable } from '../errors.ts'

/**
 * Files that a person dropped on a page, chose, or gave access to: plain data that can be posted to a worker. What a
 * browser gives for them differs (`File`, `FileSystemEntry`, `FileSystemHandle`), so only the little that is needed of each is
 * declared here.
 */
export interface DroppedFile {
  /** From the folder that was dropped, with `/`: `film/shots/010.blend`. */
  readonly path: string
  readonly file: Blob | FileHandle
}

/** Of a `FileSystemFileHandle`. */
export interface FileHandle {
  readonly kind: 'file'
  getFile(): Promise<Blob>
}

/** Of a `FileSystemDirectoryHandle`, from `showDirectoryPicker()` or `DataTransferItem.getAsFileSystemHandle()`. */
export interface FolderHandle {
  readonly kind: 'directory'
  readonly name: string
  entries(): AsyncIterable<[string, FileHandle | FolderHandle]>
}

/** Of a `FileSystemEntry`, from `DataTransferItem.webkitGetAsEntry()`. */
export interface DroppedEntry {
  readonly isFile: boolean
  readonly name: string
  file?(found: (file: Blob) => void, failed: (error: unknown) => void): void
  createReader?(): {
    readEntries(found: (entries: readonly DroppedEntry[]) => void, failed: (error: unknown) => void): void
  }
}

/** Of a `DataTransferItem`. */
export interface DroppedItem {
  readonly kind: string
  webkitGetAsEntry(): DroppedEntry | null
}

/** Folders deeper than this are a loop of links. */
const deepest = 64

/** What an `<input type="file">` gives, with `webkitdirectory` or without. */
export function filesOfInput(
  files: Iterable<Blob & { readonly name: string; readonly webkitRelativePath?: string }>,
): DroppedFile[] {
  return Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }))
}

/** Everything in a folder. Files are opened only when they are read. */
export async function filesOfFolder(folder: FolderHandle, path = folder.name, depth = 0): Promise<DroppedFile[]> {
  const found: DroppedFile[] = []
  if (depth > deepest) return found
  for await (const [name, handle] of folder.entries()) {
    const inside = `${path}/${name}`
    if (handle.kind === 'file') found.push({ path: inside, file: handle })
    else found.push(...(await filesOfFolder(handle, inside, depth + 1)))
  }
  return found
}

/**
 * What was dropped. Call it in the `drop` event itself: after the first `await` a browser forgets the items. What can't be
 * opened in a folder is left out, as if it was not there; what was dropped by itself and can't be is `blend.unreadable`.
 */
export async function filesOfDrop(items: Iterable<DroppedItem>): Promise<DroppedFile[]> {
  const entries = Array.from(items, (item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null))
  const found = entries.map(async (entry) => {
    if (entry === null) return []
    return filesOfEntry(entry, entry.name, 0).catch((cause: unknown) => {
      throw unreadable(`${entry.name} cannot be opened.`, cause)
    })
  })
  return (await Promise.all(found)).flat()
}

async function filesOfEntry(entry: DroppedEntry, path: string, depth: number): Promise<DroppedFile[]> {
  if (entry.isFile) return [{ path, file: await new Promise<Blob>((resolve, reject) => entry.file!(resolve, reject)) }]
  if (depth > deepest) return []
  const reader = entry.createReader!()
  const found: DroppedFile[] = []
  for (;;) {
    // Browsers give at most 100 entries at a time, and none at the end.
    const entries = await new Promise<readonly DroppedEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (entries.length === 0) return found
    // Files of these at once, each is a question to another process: 20,000 took 7 s instead of 15 in a busy Chromium. Folders
    // one after the other: all at once their answers keep the page from everything else, for 2 s of them.
    const collected = (one: DroppedEntry) => filesOfEntry(one, `${path}/${one.name}`, depth + 1).catch(() => [])
    const asked = entries.map((one) => (one.isFile ? collected(one) : one))
    for (const one of asked) found.push(...(one instanceof Promise ? await one : await collected(one)))
  }
}
