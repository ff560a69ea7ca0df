import type { Scope } from '../file/scope.ts'
import type { StructView } from '../file/struct-view.ts'
import type { Expansion, ReferenceKind } from './reference.ts'
import { pathAt } from './stored-path.ts'

/** `subtype`s of a string that is a path. */
const subtypes: Readonly<Record<number, Expansion>> = {
  1: { how: 'file' },
  // A folder could be anybody's home: it is rewritten, and nothing in it taken along.
  2: { how: 'nothing' },
}
const stringProperty = 0

/**
 * Custom properties that say of themselves that they are a path, on whatever they are. Only scripts and add-ons know what
 * for: what is there is taken along, what is not is not missing. Found by their settings, which few properties have; those
 * of a modifier are inputs of its nodes (`geometryInput`).
 */
export const customProperty: ReferenceKind = {
  kind: 'custom_property',
  structs: ['IDPropertyUIDataString'],
  async find(settings, { scope }) {
    const expansion = subtypes[settings.int('base.rna_subtype')]
    const block = expansion && (await ownersOf(scope)).get(settings.position('base') ?? -1)
    if (expansion === undefined || block === undefined) return []
    const property = await scope.file.view(block)
    const path = await pathAt(scope, property, 'data.pointer', ['len', 'totallen'])
    return path === undefined ? [] : [{ type: 'StringProperty', ...path, expansion, optional: true }]
  },
}

/** Of one data-block, by where their settings are in the file: the blocks of its string properties. */
const known = new WeakMap<Scope, Promise<ReadonlyMap<number, number>>>()

function ownersOf(scope: Scope): Promise<ReadonlyMap<number, number>> {
  const owners = known.get(scope) ?? findOwners(scope)
  known.set(scope, owners)
  return owners
}

async function findOwners(scope: Scope): Promise<Map<number, number>> {
  const { file } = scope
  const owners = new Map<number, number>()
  const inputs = new Set<number>()
  for (let block = scope.id + 1; block < scope.end; block++) {
    if (file.blocks.structs[block] === 0) continue
    const { name } = file.structOf(block)
    if (name === 'NodesModifierData') await addInputs(scope, await file.view(block), inputs)
    if (name !== 'IDProperty') continue
    const property = await file.view(block)
    if (property.int('type') !== stringProperty) continue
    const settings = scope.blockAt(property.pointer('ui_data'))
    if (settings >= 0) owners.set(file.blocks.offsets[settings]!, block)
  }
  for (const settings of inputs) owners.delete(settings)
  return owners
}

async function addInputs(scope: Scope, modifier: StructView, inputs: Set<number>): Promise<void> {
  const group = await scope.follow(modifier.pointer('settings.properties'))
  if (group === undefined) return
  for await (const property of scope.list(group, 'data.group')) {
    const settings = scope.blockAt(property.pointer('ui_data'))
    if (settings >= 0) inputs.add(scope.file.blocks.offsets[settings]!)
  }
}
