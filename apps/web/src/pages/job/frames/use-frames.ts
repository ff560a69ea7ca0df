import type { FrameInfo } from '@backlot/contract/schemas/jobs'
import { useQueries } from '@tanstack/react-query'
import { usePollWhenLost } from '../../../api/live.tsx'
import { framesQuery } from '../../../api/queries.ts'
import { blocksFor, blockSize, type FramePlan } from './frame-plan.ts'

export interface LoadedFrames {
  /** Undefined until the frame is loaded. */
  get: (frame: number | undefined) => FrameInfo | undefined
  error: unknown
  retry: () => void
}

/** Loads the frames at positions `first` to `last` of the plan, and keeps what was loaded before. */
export function useFrames(jobId: string, plan: FramePlan, first: number, last: number): LoadedFrames {
  const refetchInterval = usePollWhenLost()
  const blocks = useQueries({
    queries: blocksFor(plan, first, last).map((from) => ({ ...framesQuery(jobId, from, blockSize), refetchInterval })),
  })
  const loaded = new Map(blocks.flatMap(({ data }) => data?.items.map((info) => [info.frame, info] as const) ?? []))
  return {
    get: (frame) => (frame === undefined ? undefined : loaded.get(frame)),
    error: blocks.find(({ error }) => error !== null)?.error ?? null,
    retry: () => blocks.forEach((block) => void block.refetch()),
  }
}
