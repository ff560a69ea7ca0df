import type { BlendFile } from '../file/blend-file.ts'
import { DATA, LIBRARY, PLACEHOLDER } from '../file/block-code.ts'
import { Scope } from '../file/scope.ts'
import type { Pointer } from '../file/struct-view.ts'
import { readPointer } from '../file/struct-view.ts'
import { BlendFileError, corrupt } from '../errors.ts'
import type { BlendPath } from '../path/blend-path.ts'
import { endOfFolder } from '../path/blend-path.ts'
import { decodePathBytes } from '../path/path-text.ts'
import type { Reference, ReferenceKind, Site } from '../references/reference.ts'
import type { StructPlans } from './struct-plan.ts'
import { plansFor } from './struct-plan.ts'
import { Sweep } from './sweep.ts'

/** A reference with where it was found. */
export interface FoundReference {
  readonly kind: ReferenceKind
  readonly reference: Reference
  /** Name of the data-block with its two letters. */
  readonly block: string
  /** For a library: its block. */
  readonly library: number
  /** The library that a data-block was packed from (5.0): what `//` means in it. -1: this file. */
  readonly base: number
}

/** Names of .blend files, without folder and ending. */
export interface TracedNames {
  readonly blend: string
  /** Of a library: the file that was opened. */
  readonly opened?: string | undefined
}

/** A data-block that is visited. */
interface Place {
  readonly scope: Scope
  readonly owner: string
  readonly base: number
}

/** What a visit found: what to look up on disk, and which data-blocks of which libraries are used. */
export interface Visit {
  readonly references: FoundReference[]
  /** By block number of the library: names of the data-blocks that are linked from it. */
  readonly linked: Map<number, Set<string>>
  /** Names that were asked for and are not in the file. */
  readonly absent: string[]
  readonly errors: BlendFileError[]
}

/** A file with more damaged data-blocks than this is not looked at any further. */
const mostErrors = 1000
/**
 * What references of one file may take, beyond four times its size: about 27,000, and a strip of 100,000 images. Measured
 * at the end of a trace: 2 KB each, paths in several forms, what the disk said, the usage.
 */
const mostReferenceBytes = 32 * 1024 * 1024
const costOf = {
  reference: (path: BlendPath) => 1200 + 6 * path.bytes.length,
  listed: (path: BlendPath) => 200 + 3 * path.bytes.length,
}
/** Longer than what a system or Blender can open (4096, 1024). */
const longestPath = 4096

/**
 * The references of one open .blend. Stateful: what was visited is not visited again, so a library can be asked for
 * more and more of its data-blocks.
 */
export class FileTrace {
  readonly #file: BlendFile
  readonly #blendName: string
  readonly #openedName: string | undefined
  readonly #isVisited: Uint8Array
  readonly #plans: StructPlans
  #names: Map<string, number> | undefined
  #libraries: Int32Array | undefined
  #referenceBytes = 0

  /** `visited`: from an earlier FileTrace of the same file that was closed in between. */
  constructor(file: BlendFile, names: TracedNames, visited?: Uint8Array) {
    this.#file = file
    this.#blendName = names.blend
    this.#openedName = names.opened
    this.#plans = plansFor(file.sdna)
    this.#isVisited = visited?.length === file.blocks.count ? visited : new Uint8Array(file.blocks.count)
  }

  get visited(): Uint8Array {
    return this.#isVisited
  }

  /** Every data-block of the file, used or not: what a root file means. */
  async visitAll(signal?: AbortSignal): Promise<Visit> {
    const visit = newVisit()
    for (const id of this.#file.ids) {
      if (!this.#claim(id) || this.#holdsNothing(id)) continue
      await this.#visitId(id, visit, undefined, signal)
      if (this.#isHopeless(visit)) break
    }
    return visit
  }

  /** The data-blocks of these names (with their two letters) and all that they use, directly and indirectly. */
  async visitNamed(names: Iterable<string>, signal?: AbortSignal): Promise<Visit> {
    const visit = newVisit()
    this.#names ??= await this.#readNames(visit, signal)
    const queue = new Sweep()
    for (const name of names) {
      const id = this.#names.get(name)
      if (id === undefined) visit.absent.push(name)
      else if (this.#claim(id)) queue.push(id)
    }
    for (let id = queue.pop(); id !== undefined && !this.#isHopeless(visit); id = queue.pop()) {
      await this.#visitId(id, visit, queue, signal)
    }
    return visit
  }

  /** Whether no struct of a data-block can hold a path: nearly all can't, and are passed over without waiting. */
  #holdsNothing(id: number): boolean {
    const { codes, structs, count } = this.#file.blocks
    if (codes[id] === PLACEHOLDER) return false
    try {
      for (let block = id; block < count && (block === id || codes[block] === DATA); block++) {
        if (structs[block] === 0 && block !== id) continue
        if (this.#plans.at(structs[block]!).kinds.length > 0) return false
      }
      return true
    } catch {
      return false // The visit says what is wrong.
    }
  }

  /** True for the first who asks: it is theirs to visit. */
  #claim(id: number): boolean {
    if (this.#isVisited[id] === 1) return false
    this.#isVisited[id] = 1
    return true
  }

  /** `queue`: where data-blocks that this one points to are put; undefined when all are visited anyway. */
  async #visitId(id: number, visit: Visit, queue: Sweep | undefined, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const { codes } = this.#file.blocks
    try {
      if (codes[id] === PLACEHOLDER) {
        await this.#addLinked(id, visit)
        return
      }
      await this.#visitScope(this.#file.scope(id), visit, queue)
    } catch (error) {
      if (!(error instanceof BlendFileError)) throw error
      visit.errors.push(error)
    }
  }

  async #visitScope(scope: Scope, visit: Visit, queue: Sweep | undefined): Promise<void> {
    const file = this.#file
    const arrays = new Set<number>()
    let place: Place | undefined
    for (let block = scope.id; block < scope.end; block++) {
      // Raw data: what is in it is known only to the pointer that leads to it.
      if (file.blocks.structs[block] === 0 && block !== scope.id) continue
      const plan = this.#plans.at(file.blocks.structs[block]!)
      const follows = queue !== undefined && plan.pointers.length + plan.arrays.length > 0
      if (!follows && plan.kinds.length === 0) continue
      if (plan.kinds.length > 0) {
        place ??= { scope, owner: await file.nameOf(scope.id), base: await this.#baseOf(scope.id) }
        for (const kind of plan.kinds) await this.#findReferences(kind, block, place, visit)
      }
      if (follows) await this.#followPointers(block, scope, queue, arrays)
    }
  }

  async #findReferences(kind: ReferenceKind, block: number, place: Place, visit: Visit): Promise<void> {
    const { scope, owner, base } = place
    const site = { scope, owner, ...(await this.#namesFor(base)) }
    // An ID block holds one struct, whatever a damaged head says.
    const views = block === scope.id ? [await this.#file.view(block)] : await this.#file.views(block)
    for (const view of views) {
      const found = kind.find(view, site)
      for (const reference of found instanceof Promise ? await found : found) {
        if (namesNothing(reference)) continue
        const library = this.#file.blocks.codes[block] === LIBRARY ? block : -1
        this.#account(reference)
        visit.references.push({ kind, reference, block: owner, library, base })
      }
    }
  }

  /** Names of the .blend that a data-block is from, and of the opened one where that is another. */
  async #namesFor(base: number): Promise<Pick<Site, 'blendName' | 'openedName'>> {
    if (base < 0) return { blendName: this.#blendName, openedName: this.#openedName }
    // Packed from a library: it counts as that library's.
    const path = (await this.#file.view(base)).chars('name')
    const name = decodePathBytes(path.subarray(endOfFolder(path))).replace(/\.blend$/i, '')
    return { blendName: name, openedName: this.#openedName ?? this.#blendName }
  }

  /** Notes once that the rest is left out. */
  #isHopeless({ errors }: Visit): boolean {
    if (this.#referenceBytes > this.#mostReferenceBytes) return true
    if (errors.length < mostErrors) return false
    errors.push(corrupt(`more than ${mostErrors} of its data-blocks cannot be read, the rest was not looked at`))
    return true
  }

  get #mostReferenceBytes(): number {
    return mostReferenceBytes + 4 * this.#file.size
  }

  /** A few MB of damage could otherwise become gigabytes of paths. */
  #account({ stored, expansion }: Reference): void {
    if (stored.bytes.length > longestPath) throw corrupt(`it has a path of ${stored.bytes.length} bytes`)
    this.#referenceBytes += costOf.reference(stored)
    if (expansion.how === 'list') {
      for (const path of expansion.paths) this.#referenceBytes += costOf.listed(path)
      for (const path of expansion.views ?? []) this.#referenceBytes += costOf.listed(path)
    }
    if (this.#referenceBytes > this.#mostReferenceBytes) {
      throw new BlendFileError('blend.too_large', 'The .blend refers to more files than one of its size can.')
    }
  }

  /** Queues every data-block that the structs of a block point to. `isRead`: arrays of this scope that were. */
  async #followPointers(block: number, scope: Scope, queue: Sweep, isRead: Set<number>): Promise<void> {
    const file = this.#file
    const struct = file.structOf(block)
    const { pointers, arrays } = this.#plans.at(struct.index)
    const bytes = file.peekBytes(block) ?? (await file.bytes(block))
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const end = file.elementCount(block) * struct.size
    for (let start = 0; start < end; start += struct.size) {
      for (const offset of pointers) this.#enqueue(readPointer(view, start + offset, file.header), queue)
      for (const offset of arrays) {
        const array = scope.blockAt(readPointer(view, start + offset, file.header))
        if (array < 0 || isRead.has(array)) continue
        isRead.add(array)
        await scope.pointers(array, (pointer) => this.#enqueue(pointer, queue))
      }
    }
  }

  #enqueue(pointer: Pointer | null, queue: Sweep): void {
    if (pointer === null) return
    const id = this.#file.idAt(pointer.low, pointer.high)
    if (id >= 0 && this.#claim(id)) queue.push(id)
  }

  /** A placeholder: a data-block of the library that stands before it in the file. */
  async #addLinked(placeholder: number, visit: Visit): Promise<void> {
    const library = this.#libraryBefore(placeholder)
    if (library < 0) return
    let names = visit.linked.get(library)
    if (names === undefined) {
      names = new Set()
      visit.linked.set(library, names)
      if (this.#claim(library)) await this.#visitId(library, visit, undefined)
    }
    names.add(await this.#file.nameOf(placeholder))
  }

  #libraryBefore(placeholder: number): number {
    this.#libraries ??= librariesOf(this.#file)
    return this.#libraries[placeholder]!
  }

  async #baseOf(id: number): Promise<number> {
    const { codes } = this.#file.blocks
    if (codes[id] === LIBRARY) return -1
    const lib = (await this.#file.view(id)).pointer('id.lib')
    return lib === null ? -1 : this.#file.idAt(lib.low, lib.high)
  }

  /** Blocks of the file's own data-blocks by name; what it links itself can't be linked from it. */
  async #readNames(visit: Visit, signal?: AbortSignal): Promise<Map<string, number>> {
    const names = new Map<string, number>()
    for (const id of this.#file.ids) {
      if (this.#file.blocks.codes[id] === PLACEHOLDER) continue
      try {
        names.set(await this.#file.nameOf(id), id)
      } catch (error) {
        // One that is damaged: the others can still be linked.
        if (!(error instanceof BlendFileError)) throw error
        visit.errors.push(error)
        if (this.#isHopeless(visit)) break
      }
    }
    signal?.throwIfAborted()
    return names
  }
}

/** The library of each placeholder: the one that stands last before it in the file; -1 when there is none. */
function librariesOf(file: BlendFile): Int32Array {
  const libraries = new Int32Array(file.blocks.count).fill(-1)
  let library = -1
  for (const id of file.ids) {
    if (file.blocks.codes[id] === LIBRARY) library = id
    else if (file.blocks.codes[id] === PLACEHOLDER) libraries[id] = library
  }
  return libraries
}

/** A folder is no file: an empty path is often made one when a .blend is saved elsewhere. */
function namesNothing({ stored, expansion }: Reference): boolean {
  return stored.isEmpty || (stored.isFolder && expansion.how !== 'folder' && expansion.how !== 'nothing')
}

function newVisit(): Visit {
  return { references: [], linked: new Map(), absent: [], errors: [] }
}
