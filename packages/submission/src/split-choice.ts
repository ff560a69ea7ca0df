import { CodedError } from '@backlot/base/errors'
import { counted } from '@backlot/base/format'
import { countRanges, mostRanges, type Split } from '@backlot/contract/steps/sample-settings'
import type { SceneChoice } from './scene-choice.ts'
import type { SubmitRequest } from './submit-request.ts'

export interface SplitChoice {
  /** Absent: the frame is rendered by one worker. */
  split?: Split
  /** What a person should know of it, a sentence or two; absent: nothing. */
  note?: string
}

/** Fewer are not worth a file. */
const fewestSamples = 8
/** Samples of all pixels in a second: two CPU cores, and a scene of little. Most scenes on most machines are near it. */
const samplesPerSecond = 1_000_000
/** A still that takes longer by that measure is split. Seconds. */
export const splitOver = 60

type Wanted = Pick<SubmitRequest, 'split' | 'splitOver' | 'noise' | 'render'>

/**
 * Whether one worker renders the still, or many do, in ranges of its samples.
 *
 * @throws `request.invalid` when it is wanted and the job is not one still
 * @throws `render.split_refused` when it is wanted and the scene is not made for it
 */
export function chooseSplit(wanted: Wanted, choice: SceneChoice): SplitChoice {
  const { split: wish = 'auto', noise } = wanted
  if (wish === 'off') return {}
  const problem = problemOf(wanted, choice)
  const samples = wanted.render?.samples ?? choice.scene.cycles?.samples ?? 0
  if (problem !== undefined) {
    if (wish === 'on') throw problem
    const seconds = expectedSeconds(wanted, choice, samples)
    const isWorthANote = problem.code === 'render.split_refused' && choice.scene.cycles !== null
    return isWorthANote && seconds > (wanted.splitOver ?? splitOver)
      ? { note: `One worker renders the frame. ${problem.message}` }
      : {}
  }
  if (wish === 'auto' && expectedSeconds(wanted, choice, samples) <= (wanted.splitOver ?? splitOver)) return {}
  const range = Math.max(fewestSamples, Math.ceil(samples / mostRanges))
  const cycles = choice.scene.cycles
  const threshold = noise ?? (cycles?.adaptive === true ? cycles.noiseThreshold : undefined)
  const split: Split = { samples, range, ...(threshold !== undefined && { noise: roundUp(threshold) }) }
  return { split, note: describe(split, cycles?.adaptive === true) }
}

function problemOf({ render }: Wanted, { frameCount, scene }: SceneChoice): CodedError | undefined {
  if (frameCount !== 1) return new CodedError('request.invalid', 'Only a job of one frame can be split by samples.')
  const isCycles = render?.engine === undefined ? scene.engine === 'CYCLES' : render.engine === 'cycles'
  if (!isCycles) {
    return new CodedError('render.split_refused', 'Only Cycles has samples that can be rendered apart.', {
      details: { engine: render?.engine ?? scene.engine },
    })
  }
  const obstacles = scene.cycles?.splitObstacles ?? []
  if (obstacles.length > 0) {
    const message = `It can't be split by samples: the scene has ${obstacles.join(', ')}.`
    return new CodedError('render.split_refused', message, { details: { obstacles } })
  }
  const samples = render?.samples ?? scene.cycles?.samples
  if (samples === undefined) return new CodedError('request.invalid', 'Say how many --samples the image is to have.')
  if (samples < 2 * fewestSamples) {
    return new CodedError('request.invalid', `${counted(samples, 'sample')} are too few to be split.`)
  }
  return undefined
}

function expectedSeconds({ render }: Wanted, { scene }: SceneChoice, samples: number): number {
  const scale = (render?.percentage ?? scene.percentage) / 100
  const pixels = (render?.width ?? scene.width) * (render?.height ?? scene.height) * scale ** 2
  return (pixels * samples) / samplesPerSecond
}

/** The file has it as a float of 32 bits: 0.01 is stored as a little less. */
function roundUp(threshold: number): number {
  return Number(threshold.toPrecision(4))
}

function describe(split: Split, wasAdaptive: boolean): string {
  const { samples, range, noise } = split
  const stop = noise === undefined ? '' : `, or fewer when its noise is below ${noise}`
  const adaptive = wasAdaptive ? ' Adaptive sampling is off: every pixel gets as many.' : ''
  return (
    `The frame is split by samples: ${samples}${stop}, in ${countRanges(split)} ranges of ${range}, on all workers that ` +
    `are free.${adaptive} --split off renders it on one.`
  )
}
