import type { FrameOrder } from '@backlot/contract/frame-order'

/**
 * In which order the frames of a step are handed out: a permutation between a frame's **index** (its place among the
 * frames in ascending order) and its **place** (0 is handed out first), each way in O(log n), so that a million frames
 * stay a number until they are leased.
 *
 * `linear`: ascending. `scout`: first, middle, last, then the rest. `refine`: first, last, then the middle of what lies
 * between, again and again, so that an early look shows the whole shot: of nine frames 1, 9, 5, 3, 7, 2, 4, 6, 8.
 */
interface Permutation {
  /** Index of the frame at a place. */
  indexAt(place: number, count: number): number
  /** Place of the frame at an index. */
  placeOf(index: number, count: number): number
}

/** The places that scouts have, when there are more frames than that. */
export const scouts = 3

const linear: Permutation = { indexAt: (place) => place, placeOf: (index) => index }

const scout: Permutation = {
  indexAt(place, count) {
    if (count <= scouts) return place
    const middle = middleOf(count)
    if (place < scouts) return [0, middle, count - 1][place] as number
    const index = place - scouts + 1
    return index < middle ? index : index + 1
  },
  placeOf(index, count) {
    if (count <= scouts) return index
    const middle = middleOf(count)
    if (index === 0) return 0
    if (index === middle) return 1
    if (index === count - 1) return 2
    return index - 1 + scouts - (index > middle ? 1 : 0)
  },
}

/**
 * The gaps between frames are halved level by level. At one level they are all as long, give or take one; the last level
 * that has frames in its gaps has some of length 2, each with one frame, and some of length 1, without.
 */
const refine: Permutation = {
  indexAt(place, count) {
    if (place === 0) return 0
    if (place === 1) return count - 1
    const level = Math.floor(Math.log2(place - 1))
    let rank = place - 1 - 2 ** level
    let start = 0
    let length = count - 1
    const isLast = Math.floor(length / 2 ** level) < 2
    for (let below = level - 1; below >= 0; below--) {
      const left = Math.floor(length / 2)
      const framesLeft = isLast ? left - 2 ** below : 2 ** below
      if (rank < framesLeft) length = left
      else {
        rank -= framesLeft
        start += left
        length -= left
      }
    }
    return start + Math.floor(length / 2)
  },
  placeOf(index, count) {
    if (index === 0) return 0
    if (index === count - 1) return 1
    let start = 0
    let length = count - 1
    // Gaps, and of these the ones with a frame, to the left at this level.
    let gaps = 0
    let level = 0
    for (;;) {
      const left = Math.floor(length / 2)
      if (start + left === index) break
      gaps *= 2
      if (index < start + left) length = left
      else {
        gaps += 1
        start += left
        length -= left
      }
      level += 1
    }
    const isLast = Math.floor((count - 1) / 2 ** level) < 2
    // Before `start` lie `gaps` gaps; where some have length 1 and some 2, that many more frames than gaps.
    const rank = isLast ? start - gaps : gaps
    return 1 + 2 ** level + rank
  },
}

const permutations: Record<FrameOrder, Permutation> = { linear, scout, refine }

export function indexAt(order: FrameOrder, place: number, count: number): number {
  return permutations[order].indexAt(place, count)
}

export function placeOf(order: FrameOrder, index: number, count: number): number {
  return permutations[order].placeOf(index, count)
}

function middleOf(count: number): number {
  return Math.floor((count - 1) / 2)
}
