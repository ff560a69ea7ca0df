import { createHash } from 'node:crypto'
import type { WorkerHello } from '@backlot/contract/schemas/farm'
import type { StepKind } from '@backlot/contract/steps/registry'

/**
 * What a step asks of a worker. Steps with equal requirements share one **class**; a worker is matched with the few
 * classes when either is new, so that leasing compares two numbers and never a task with a worker.
 */
export interface Requirement {
  kind: StepKind
  /** Exact (`5.0.1`) or a series (`4.5`); null: any that is not older than the file. */
  blender: string | null
  /** Version of the .blend, 405 for 4.5. No older Blender may open it: 4.x files crash 3.4. */
  fileVersion: number
  /** A worker must have all of them. Sorted, each once. */
  tags: readonly string[]
}

export interface Capabilities {
  tags: readonly string[]
  blenders: readonly Pick<WorkerHello['blenders'][number], 'version'>[]
  /** It fetches a Blender that it does not have. */
  canInstall: boolean
}

/** Why a worker can't do a step. */
export type Lack = { what: 'tags'; missing: string[] } | { what: 'blender'; wanted: string }

export function makeRequirement(requirement: Requirement): Requirement {
  return { ...requirement, tags: [...new Set(requirement.tags)].toSorted() }
}

/** The identity of a class: equal requirements have equal hashes. */
export function hashRequirement({ kind, blender, fileVersion, tags }: Requirement): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, blender, fileVersion, tags]))
    .digest('hex')
}

/** Empty when the worker can do it. */
export function lacks(requirement: Requirement, worker: Capabilities): Lack[] {
  const found: Lack[] = []
  const missing = requirement.tags.filter((tag) => !worker.tags.includes(tag))
  if (missing.length > 0) found.push({ what: 'tags', missing })
  if (!worker.canInstall && !worker.blenders.some(({ version }) => mayRender(requirement, version))) {
    found.push({ what: 'blender', wanted: wantedBlender(requirement) })
  }
  return found
}

function wantedBlender({ blender, fileVersion }: Requirement): string {
  if (blender !== null) return blender
  return fileVersion === 0 ? 'any version' : `${Math.floor(fileVersion / 100)}.${fileVersion % 100} or newer`
}

/** Whether this Blender is the one asked for, and not older than the file. */
function mayRender({ blender, fileVersion }: Pick<Requirement, 'blender' | 'fileVersion'>, version: string) {
  if (versionCode(version) < fileVersion) return false
  return blender === null || version === blender || (isSeries(blender) && version.startsWith(`${blender}.`))
}

/** 405 for 4.5 and 4.5.15. */
function versionCode(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major * 100 + minor
}

function isSeries(version: string): boolean {
  return version.split('.').length === 2
}
