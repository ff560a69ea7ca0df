import { framesOf, parseFrames } from '@backlot/contract/frames'

/** The frames of a job in order, known before any of them is loaded: the grid has its size at once. */
export interface FramePlan {
  frames: readonly number[]
}

/** So many frames are loaded together. 500 are about 150 kB of JSON, and more than any screen shows. */
export const blockSize = 500

export function framePlan(text: string): FramePlan {
  const parsed = parseFrames(text)
  return { frames: 'spans' in parsed ? framesOf(parsed.spans) : [] }
}

/** Position of a frame number in the plan; -1 when the job does not have it. */
export function indexOfFrame({ frames }: FramePlan, frame: number): number {
  let low = 0
  let high = frames.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const at = frames[middle] as number
    if (at === frame) return middle
    if (at < frame) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** Position of the frame itself, else of the next one, else of the last: where "go to frame" goes. */
export function nearestIndex(plan: FramePlan, frame: number): number {
  const index = plan.frames.findIndex((at) => at >= frame)
  return index < 0 ? plan.frames.length - 1 : index
}

/** First frame numbers of the blocks that cover positions `first` to `last`. */
export function blocksFor({ frames }: FramePlan, first: number, last: number): number[] {
  const blocks: number[] = []
  const end = Math.min(last, frames.length - 1)
  for (let block = Math.floor(Math.max(first, 0) / blockSize); block * blockSize <= end; block++) {
    blocks.push(frames[block * blockSize] as number)
  }
  return blocks
}
