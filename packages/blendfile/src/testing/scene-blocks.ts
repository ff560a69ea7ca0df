import type { BlockInput, FileLayout, Structs } from './blend-writer.ts'
import { writeBlend } from './blend-writer.ts'
import { baseStructs } from './find-references.ts'

const structs: Structs = { ...baseStructs, Image: ['ID id', 'char name[1024]', 'int source', 'int pad'] }

/** What a small .blend refers to; paths as they are stored. */
export interface SceneContent {
  images?: readonly (string | Uint8Array)[]
  /** Libraries, with the names of what is linked from each: `IMleaf.png`. */
  libraries?: Readonly<Record<string, readonly string[]>>
}

/** Name of the data-block that an image of `sceneFile` gets. */
export function imageName(stored: string | Uint8Array): string {
  const text = typeof stored === 'string' ? stored : new TextDecoder().decode(stored)
  return `IM${text.slice(-20)}`
}

/** A .blend with images and libraries, uncompressed: for tests of what happens to its files. */
export function sceneFile({ images = [], libraries = {} }: SceneContent, layout?: FileLayout): Uint8Array {
  let address = 0x1000
  const next = () => (address += 0x100)
  const blocks: BlockInput[] = images.map((stored) => ({
    code: 'IM',
    struct: 'Image',
    address: next(),
    data: { 'id.name': imageName(stored), name: stored, source: 1 },
  }))
  for (const [stored, linked] of Object.entries(libraries)) {
    const library = { 'id.name': `LI${stored.slice(-20)}`, name: stored }
    blocks.push({ code: 'LI', struct: 'Library', address: next(), data: library })
    for (const name of linked) blocks.push({ code: 'ID', struct: 'ID', address: next(), data: { name } })
  }
  return writeBlend(structs, blocks, layout)
}
