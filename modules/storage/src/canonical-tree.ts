import { createHash } from 'node:crypto'
import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import { isTreePath } from '@backlot/contract/schemas/common'
import { canonicalText, type TreeEntry } from '@backlot/contract/schemas/storage'

/** What file systems take as one name, and the contract as one path. Bytes in UTF-8. */
const longestName = 255
const longestPath = 1024

export interface CanonicalTree {
  /** SHA-256 of `text`: equal trees have one id, whatever order their entries were sent in. */
  treeId: string
  /** One line `sha256 size path` and a newline for each file, in order of paths (UTF-16 code units). */
  text: Buffer
  files: number
  /** Of all files. */
  bytes: number
  entries: readonly TreeEntry[]
}

/**
 * Checks the entries of a tree and brings them into their one form. Names that differ only in case are two files, as
 * on Linux, where most farms are; who lays a tree out on a disk that can't tell them apart reports it there.
 *
 * @throws `tree.invalid_path`: a path that could leave the tree, that is there twice, or that is a file and a folder
 */
export function canonicalTree(input: readonly TreeEntry[]): CanonicalTree {
  const entries = input.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  const files = new Set<string>()
  let bytes = 0
  for (const { path, size } of entries) {
    if (files.has(path)) throw invalidPath(path, 'is there twice')
    checkPath(path)
    files.add(path)
    bytes += size
  }
  // Only folders are looked up, not every prefix of every path: neighbours in order share most of theirs.
  const folders = new Set<string>()
  for (const { path } of entries) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at)
      if (folders.has(folder)) break
      if (files.has(folder)) throw invalidPath(folder, 'is a file and also the folder of another')
      folders.add(folder)
    }
  }
  const text = Buffer.from(canonicalText(entries))
  const treeId = createHash('sha256').update(text).digest('hex')
  return { treeId, text, files: entries.length, bytes, entries }
}

/** The entries of `CanonicalTree.text`. */
export function parseCanonicalTree(text: string): TreeEntry[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const space = line.indexOf(' ', 65)
      return { sha256: line.slice(0, 64), size: Number(line.slice(65, space)), path: line.slice(space + 1) }
    })
}

function checkPath(path: string): void {
  if (!isTreePath(path)) throw invalidPath(path, 'is not a relative path inside the tree')
  // Half a surrogate pair would become the same replacement character as any other: two paths, one name.
  if (!path.isWellFormed()) throw invalidPath(path, 'is not valid Unicode')
  const length = Buffer.byteLength(path)
  if (length > longestPath) throw invalidPath(path, `is longer than ${longestPath} bytes`)
  if (length > longestName && path.split('/').some((name) => Buffer.byteLength(name) > longestName))
    throw invalidPath(path, `has a name longer than ${longestName} bytes`)
}

function invalidPath(path: string, problem: string): CodedError<ErrorCode> {
  return new CodedError<ErrorCode>('tree.invalid_path', `The path "${path}" ${problem}.`, { details: { path } })
}
