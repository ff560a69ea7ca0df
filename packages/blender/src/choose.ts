import { CodedError } from '@backlot/base/errors'
import { compareVersions, headerNumber, parseVersion, seriesOf } from './version.ts'

/** What a job needs of a Blender. */
export interface WantedBlender {
  /** Exact ('5.0.1') or a series ('4.5'). Undefined: the file's own series, or the nearest newer one. */
  version?: string | undefined
  /** Version in the .blend's header, 405 for 4.5. No older Blender is ever chosen: 4.x files crash 3.4. */
  fileVersion?: number | undefined
  /** May a newer series stand in where `version` names one that is not there? Default false: renders could differ. */
  allowNewer?: boolean | undefined
}

interface Candidate {
  version: string
  kind: 'executable' | 'module'
}

/**
 * The Blender to use, or undefined when none fits. In order: the exact version; the same series, newest patch; a newer
 * series, nearest first, where that is allowed. Of two equal ones the executable wins: it has every add-on and GPU kernel.
 */
export function chooseBlender<B extends Candidate>(blenders: readonly B[], wanted: WantedBlender = {}): B | undefined {
  const able = blenders
    .filter(({ version }) => headerOf(version) >= (wanted.fileVersion ?? 0))
    .toSorted((a, b) => compareVersions(b.version, a.version) || rank(a) - rank(b))
  if (wanted.version === undefined) {
    return wanted.fileVersion === undefined ? able[0] : nearest(able, wanted.fileVersion)
  }
  const { version } = wanted
  const sameSeries = able.filter((blender) => seriesOf(blender.version) === seriesOf(version))
  const fit = sameSeries.find((blender) => blender.version === version) ?? sameSeries[0]
  return fit ?? (wanted.allowNewer ? nearest(able, headerOf(version)) : undefined)
}

/** As `chooseBlender`, but says what is there and what was wanted when nothing fits. */
export function needBlender<B extends Candidate>(blenders: readonly B[], wanted: WantedBlender = {}): B {
  const chosen = chooseBlender(blenders, wanted)
  if (chosen) return chosen
  if (blenders.length === 0) throw new CodedError('blender.not_found', 'No Blender was found on this machine.')
  const have = [...new Set(blenders.map(({ version }) => version))].join(', ')
  throw new CodedError('render.no_blender', `None of the Blenders here (${have}) fits: ${describe(wanted)}.`, {
    details: { have: have.split(', '), wanted },
  })
}

function describe({ version, fileVersion }: WantedBlender): string {
  const file =
    fileVersion === undefined ? '' : `the file was saved by ${Math.floor(fileVersion / 100)}.${fileVersion % 100}`
  return [version === undefined ? '' : `${version} is wanted`, file].filter(Boolean).join(', ')
}

/** The lowest series from `from` on, its newest patch. `able` is sorted newest first. */
function nearest<B extends Candidate>(able: readonly B[], from: number): B | undefined {
  const newer = able.filter(({ version }) => headerOf(version) >= from)
  const lowest = Math.min(...newer.map(({ version }) => headerOf(version)))
  return newer.find(({ version }) => headerOf(version) === lowest)
}

function headerOf(version: string): number {
  const parsed = parseVersion(version)
  return parsed ? headerNumber(parsed) : 0
}

const rank = ({ kind }: Candidate) => (kind === 'executable' ? 0 : 1)
