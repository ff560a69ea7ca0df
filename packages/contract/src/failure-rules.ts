import type { FailureCause } from './schemas/farm.ts'

/** What the farm does about a failed attempt. */
export interface FailureRule {
  /** What has happened, for people. */
  title: string
  /** The next try is one of the task's retries; what is the host's fault is tried again without being charged. */
  burnsRetry: boolean
  /**
   * So many failures in a row without a frame in between, and the worker gets no more tasks of the step, if another one
   * could do them. Null: it says nothing about the worker.
   */
  strikes: number | null
  /** It would be the same everywhere: the same failure on a second worker fails the task at once. */
  isOfTheScene: boolean
  /** Workers with no more memory than the one that failed get no more tasks of the step either, if a larger one could. */
  needsMemory: boolean
  /** Nobody begins a task of the step before that. Seconds. */
  waitSeconds: number
  /**
   * What is doubted once a worker is kept off several jobs for it: all that it does, or its GPU. It then gets no such work
   * until a test render succeeds. Null: the jobs are doubted.
   */
  doubts: 'worker' | 'gpu' | null
}

/** So many jobs within so many seconds must have kept a worker off before it is doubted. */
export const doubtAfter = { worker: { jobs: 3, seconds: 3600 }, gpu: { jobs: 2, seconds: 3600 } } as const

const ofTheScene = {
  burnsRetry: true,
  strikes: null,
  isOfTheScene: true,
  needsMemory: false,
  waitSeconds: 0,
  doubts: null,
} as const
const ofTheRender = { ...ofTheScene, strikes: 3, isOfTheScene: false, doubts: 'worker' } as const
const ofTheHost = { ...ofTheRender, burnsRetry: false } as const

/** The one table of what follows from what. */
export const failureRules: Record<FailureCause, FailureRule> = {
  scene: { ...ofTheScene, title: 'The scene can not be rendered as it is.' },
  missing_asset: { ...ofTheScene, title: 'A file that the scene needs is not there.' },
  script: { ...ofTheScene, title: 'A script of the scene failed.' },
  out_of_memory: {
    ...ofTheRender,
    strikes: 1,
    needsMemory: true,
    doubts: null,
    title: 'Memory ran out, of the machine or of its GPU.',
  },
  gpu: { ...ofTheRender, strikes: 1, doubts: 'gpu', title: 'The GPU or its driver failed.' },
  crash: { ...ofTheRender, title: 'Blender ended by itself.' },
  stalled: { ...ofTheRender, title: 'There was no sign of life for too long.' },
  bad_output: { ...ofTheRender, title: 'The file is not whole, or not the picture that was asked for.' },
  no_blender: {
    ...ofTheRender,
    strikes: 1,
    doubts: null,
    title: 'The worker has no Blender that fits, and can not get one.',
  },
  licence: { ...ofTheHost, strikes: null, waitSeconds: 60, doubts: null, title: 'A licence was not free.' },
  disk_full: { ...ofTheHost, title: "The worker's disk is full." },
  network: { ...ofTheHost, title: 'The network or the server was away.' },
  host: { ...ofTheHost, title: 'Something on the worker failed that has nothing to do with the scene.' },
}
