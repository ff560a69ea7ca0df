import type { FrameInfo } from '@backlot/contract/schemas/jobs'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { batch } from '../../api/batch.ts'
import { useTopic } from '../../api/live.tsx'
import { type FramePage, putFrames } from '../../api/patch-frames.ts'
import { appendEvent, type EventPages } from '../../api/patch-log.ts'
import { patch } from '../../api/patch.ts'

/** Milliseconds that changes of frames are collected for: ten renders a second are smooth and cheap. */
const settle = 100

/** Keeps one job's frames, steps, events and outputs current while its page is shown. */
export function useFollowJob(jobId: string): void {
  const queryClient = useQueryClient()

  const frames = useMemo(
    () =>
      batch<FrameInfo>(settle, (changes) => {
        const changed = new Map(changes.map((info) => [info.frame, info]))
        for (const { queryKey } of queryClient.getQueryCache().findAll({ queryKey: ['job', jobId, 'frames'] })) {
          patch<FramePage>(queryClient, queryKey, (page) => putFrames(page, changed))
        }
      }),
    [queryClient, jobId],
  )
  useEffect(() => frames.stop, [frames])
  useTopic('jobFrame', { jobId }, frames.add)

  const reload = (...names: string[]) => {
    for (const name of names) void queryClient.invalidateQueries({ queryKey: ['job', jobId, name] })
    void queryClient.invalidateQueries({ queryKey: ['job', jobId], exact: true })
  }
  useTopic('jobEvent', { jobId }, (event) => {
    patch<EventPages>(queryClient, ['job', jobId, 'events'], (events) => appendEvent(events, event))
    // The states and durations of steps are in the job's document, which only the server writes.
    if (event.kind === 'step_start' || event.kind === 'step_done' || event.kind === 'step_error') reload('outputs')
  })
}
