import { forecast } from '@backlot/farm'

/** A run that is replayed: how long each frame took, in the order of the frames. */
export interface Run {
  name: string
  /** Seconds. */
  seconds: readonly number[]
}

export interface Calibration {
  /** Forecasts that were made. */
  count: number
  /** Of them: the end came by p80. */
  held: number
  /** How far p50 was from what was left, as a part of it: one for each forecast. */
  errors: number[]
}

/** As the farm keeps them. */
const recentFrames = 32
/** A forecast is made when so much of the run is done. */
const moments = [0.1, 0.25, 0.5, 0.75, 0.9]

/** Lets so many workers render the frames in order, and compares what was forecast on the way with what came. */
export function replay({ seconds }: Run, workers: number): Calibration {
  const free = Array.from({ length: workers }, () => 0)
  const ends = seconds.map((time) => {
    const worker = free.indexOf(Math.min(...free))
    const end = (free[worker] as number) + time
    free[worker] = end
    return { end, time }
  })
  const inOrder = ends.toSorted((a, b) => a.end - b.end)
  const last = inOrder.at(-1)?.end ?? 0
  const calibration: Calibration = { count: 0, held: 0, errors: [] }
  for (const moment of moments) {
    const done = Math.floor(seconds.length * moment)
    const now = inOrder[done - 1]?.end ?? 0
    const recent = inOrder.slice(Math.max(0, done - recentFrames), done).map(({ time }) => time)
    const working = Math.min(workers, seconds.length - done)
    const told = forecast({ frames: seconds.length - done, working, secondsPerFrame: null, recent })
    if (told === null) continue
    const left = last - now
    calibration.count++
    if (left <= told.p80) calibration.held++
    calibration.errors.push(Math.abs(told.p50 - left) / left)
  }
  return calibration
}
