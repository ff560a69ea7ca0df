import { pick, randomFrom } from './random.ts'

/** What workers, people and time do, with how often. */
const acts = {
  lease: 14,
  lease_together: 4,
  renew: 8,
  frame: 16,
  complete: 16,
  fail: 5,
  release: 2,
  offline: 2,
  log: 1,
  pause: 2,
  resume: 3,
  approve: 3,
  cancel: 2,
  requeue: 2,
  requeue_all: 1,
  requeue_frame: 2,
  submit: 6,
  remove: 1,
  change: 2,
  limit: 2,
  finish: 1,
  continue: 1,
  ask_why: 14,
  tick: 12,
  wake: 3,
  deliver: 6,
} as const

/** What goes wrong by itself. */
const mishaps = {
  worker_crash: 3,
  worker_return: 4,
  partition: 2,
  heal: 3,
  hang: 2,
  slow: 2,
  clock_jump: 2,
  server_restart: 1,
  outage: 1,
  drop_notification: 2,
  disk_full_worker: 1,
} as const

/** What goes wrong with something that is done. */
const attached = {
  server_crash: 5,
  disconnect: 4,
  disk_full: 3,
  request_lost: 2,
  reply_lost: 3,
  late: 3,
  duplicate: 3,
  two_servers: 10,
} as const

/** What a schedule has much more of than others: rare things in a row are found by a seed that insists on them. */
const tempers: readonly Partial<Record<Act | Mishap, number>>[] = [
  {},
  { fail: 12, lease: 2, complete: 0.5, cancel: 0, remove: 0 },
  { pause: 4, resume: 4, cancel: 3, requeue: 4, requeue_frame: 4, requeue_all: 4, remove: 3, complete: 2, lease: 2 },
  { worker_crash: 4, worker_return: 4, outage: 4, server_restart: 6, clock_jump: 4, tick: 3 },
]

export type Act = keyof typeof acts
export type Mishap = keyof typeof mishaps
export type Attached = keyof typeof attached
export const faultKinds: readonly (Mishap | Attached)[] = [
  ...(Object.keys(mishaps) as Mishap[]),
  ...(Object.keys(attached) as Attached[]),
]

export interface Action {
  /** Its number in the whole schedule: what `--only` names. */
  index: number
  what: Act | Mishap
  /** Decide the details, 0 to 1 each: an action means something in every situation, so that others can be left out. */
  dice: readonly number[]
  fault?: { what: Attached; dice: readonly number[]; other: { what: Act; dice: readonly number[] } }
}

/** The same actions for a seed, always. */
export function planSchedule(seed: number): Action[] {
  const random = randomFrom(seed)
  const dice = () => Array.from({ length: 5 }, random)
  const length = 30 + Math.floor(random() * 40)
  const temper = pick(tempers, random()) ?? {}
  const weights = { ...acts, ...mishaps } as Record<Act | Mishap, number>
  for (const [what, factor] of Object.entries(temper)) weights[what as Act] *= factor
  const chanceOfFault = random() * 0.4
  return Array.from({ length }, (_, index): Action => {
    const action: Action = { index, what: choose(weights, random()), dice: dice() }
    if (!(action.what in acts) || random() > chanceOfFault) return action
    return {
      ...action,
      fault: { what: choose(attached, random()), dice: dice(), other: { what: choose(acts, random()), dice: dice() } },
    }
  })
}

function choose<Kind extends string>(weights: Readonly<Record<Kind, number>>, dice: number): Kind {
  const entries = Object.entries<number>(weights) as [Kind, number][]
  let left = dice * entries.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [kind, weight] of entries) if ((left -= weight) < 0) return kind
  return (entries[0] as [Kind, number])[0]
}
