import { pick, randomFrom } from '../simulator/random.ts'

export const mishapKinds = [
  'kill_blender',
  'kill_worker',
  'kill_server',
  'kill_database',
  'stop_blender',
  'stop_worker',
  'stop_server',
  'cut_reset',
  'cut_silent',
  'disk_full',
] as const
export type MishapKind = (typeof mishapKinds)[number]

export interface Mishap {
  /** Seconds after the begin. */
  at: number
  kind: MishapKind
  /** Which worker it hits, where it hits one. */
  worker: number
  /** How long it lasts, where it lasts. Longer and shorter than a lease (30 s). */
  seconds: number
}

/** What goes wrong when: follows from the seed alone. One mishap every 1 to 7 s, also while others last. */
export function planChaos(seed: number, seconds: number, workers: number): Mishap[] {
  const random = randomFrom(seed)
  const mishaps: Mishap[] = []
  for (let at = 1 + random() * 6; at < seconds; at += 1 + random() * 6) {
    const kind = pick(mishapKinds, random()) as MishapKind
    const worker = Math.floor(random() * workers)
    const long = random() < 0.2
    mishaps.push({ at, kind, worker, seconds: long ? 30 + random() * 10 : 1 + random() * 9 })
  }
  return mishaps
}
