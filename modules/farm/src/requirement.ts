import { createHash } from 'node:crypto'
import type { WorkerHello } from '@backlot/contract/schemas/farm'
import type { WhyNotRunning } from '@backlot/contract/schemas/jobs'
import type { StepKind } from '@backlot/contract/steps/registry'
import type { Holds } from './queries/worker-row.ts'

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
  /** A worker must have all of them. These lists are sorted, each tag once. */
  tags: readonly string[]
  /** A worker must have one of them; empty: it need not. */
  anyTags: readonly string[]
  /** A worker must have none of them. */
  notTags: readonly string[]
  /** Main memory of the machine, bytes. */
  memoryBytes: number
  /** The worker's Blender renders on a GPU. */
  gpu: boolean
}

export interface Capabilities extends Pick<WorkerHello, 'tags' | 'probe' | 'memoryBytes' | 'canInstall'> {
  /** With `gpu` it gets no work that needs one. */
  holds: Holds
  blenders: readonly Pick<WorkerHello['blenders'][number], 'version'>[]
}

type Reason = Pick<WhyNotRunning['reasons'][number], 'code' | 'advice'>

/** Why a worker can't do a step. */
export interface Lack extends Reason {
  /** What the step needs, to stand behind "It needs". */
  needs: string
}

interface Check {
  code: string
  meets: (requirement: Requirement, worker: Capabilities) => boolean
  needs: (requirement: Requirement) => string
  advice: string
}

/** The only place that tells whether a worker may do a step: scheduler and `job why` both ask it. */
const checks: readonly Check[] = [
  {
    code: 'no_matching_tags',
    meets: ({ tags }, worker) => tags.every((tag) => worker.tags.includes(tag)),
    needs: ({ tags }) => `the ${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')}`,
    advice: 'Start a worker with --tags, or submit again with other tags.',
  },
  {
    code: 'no_matching_tags',
    meets: ({ anyTags }, worker) => anyTags.length === 0 || anyTags.some((tag) => worker.tags.includes(tag)),
    needs: ({ anyTags }) => `one of the tags ${anyTags.join(', ')}`,
    advice: 'Start a worker with --tags, or submit again with other --any-tags.',
  },
  {
    code: 'no_matching_tags',
    meets: ({ notTags }, worker) => !notTags.some((tag) => worker.tags.includes(tag)),
    needs: ({ notTags }) => `a worker without the ${notTags.length === 1 ? 'tag' : 'tags'} ${notTags.join(', ')}`,
    advice: 'Start a worker without them, or submit again with other --not-tags.',
  },
  {
    code: 'no_matching_memory',
    meets: ({ memoryBytes }, worker) => worker.memoryBytes >= memoryBytes,
    needs: ({ memoryBytes }) => `${Math.round((memoryBytes / 2 ** 30) * 10) / 10} GiB of memory`,
    advice: 'Start a worker on a larger machine, or submit again with a smaller --memory.',
  },
  {
    code: 'no_matching_device',
    meets: ({ gpu }, { probe }) => !gpu || (probe !== null && probe.chosen !== 'CPU'),
    needs: () => 'a GPU',
    advice: 'Look at what `backlot doctor` says of the GPU there, or submit again with --device auto.',
  },
  {
    code: 'gpu_held_back',
    meets: ({ gpu }, { holds }) => !gpu || holds.gpu === undefined,
    needs: () => 'a GPU that is not held back for its failures',
    advice: 'Wait for its test render, or let it work again with `backlot workers resume`.',
  },
  {
    code: 'no_matching_blender',
    meets: (requirement, { canInstall, blenders }) =>
      canInstall || blenders.some(({ version }) => mayRender(requirement, version)),
    needs: (requirement) => `Blender ${wantedBlender(requirement)}`,
    advice: 'Run `backlot blender install` with that version on a worker, or submit again with another --blender.',
  },
]

/** What is not given asks for nothing: classes that were made before a requirement existed don't have it. */
export function makeRequirement(
  given: Pick<Requirement, 'kind' | 'blender' | 'fileVersion'> & Partial<Requirement>,
): Requirement {
  const { kind, blender, fileVersion, tags = [], anyTags = [], notTags = [], memoryBytes = 0, gpu = false } = given
  const once = (list: readonly string[]) => [...new Set(list)].toSorted()
  return {
    kind,
    blender,
    fileVersion,
    tags: once(tags),
    anyTags: once(anyTags),
    notTags: once(notTags),
    memoryBytes,
    gpu,
  }
}

/** The identity of a class: equal requirements have equal hashes. */
export function hashRequirement(requirement: Requirement): string {
  const { kind, blender, fileVersion, tags, anyTags, notTags, memoryBytes, gpu } = requirement
  return createHash('sha256')
    .update(JSON.stringify([kind, blender, fileVersion, tags, anyTags, notTags, memoryBytes, gpu]))
    .digest('hex')
}

/** Empty when the worker can do it. */
export function lacks(requirement: Requirement, worker: Capabilities): Lack[] {
  return checks
    .filter(({ meets }) => !meets(requirement, worker))
    .map(({ code, needs, advice }) => ({ code, needs: needs(requirement), advice }))
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
