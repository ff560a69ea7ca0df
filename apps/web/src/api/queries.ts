import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client } from './client.ts'
import type { JobFilter } from './job-filter.ts'

/** One entry per thing that pages read. Keys begin with what is read, so that a prefix invalidates all of it. */

export const infoQuery = () =>
  queryOptions({ queryKey: ['info'], queryFn: ({ signal }) => client.info({}, { signal }), staleTime: 60_000 })

export const whoamiQuery = () =>
  queryOptions({
    queryKey: ['whoami'],
    queryFn: ({ signal }) => client.whoami({}, { signal }),
    staleTime: 5 * 60_000,
  })

export const jobsQuery = (filter: JobFilter) =>
  infiniteQueryOptions({
    queryKey: ['jobs', filter],
    queryFn: ({ signal, pageParam }) =>
      client.listJobs({ query: { ...filter, cursor: pageParam, limit: 50 } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  })

export const jobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['job', jobId],
    queryFn: ({ signal }) => client.showJob({ params: { jobId } }, { signal }),
  })

export const whyQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['job', jobId, 'why'],
    queryFn: ({ signal }) => client.whyJob({ params: { jobId } }, { signal }),
    staleTime: 5_000,
  })

/** `from`: number of the block's first frame; see `FramePlan`. */
export const framesQuery = (jobId: string, from: number, limit: number) =>
  queryOptions({
    queryKey: ['job', jobId, 'frames', from],
    queryFn: ({ signal }) => client.listFrames({ params: { jobId }, query: { from, limit } }, { signal }),
    staleTime: 60_000,
  })

export const outputsQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['job', jobId, 'outputs'],
    queryFn: ({ signal }) => client.listOutputs({ params: { jobId } }, { signal }),
  })

export const tasksQuery = (jobId: string) =>
  infiniteQueryOptions({
    queryKey: ['job', jobId, 'tasks'],
    queryFn: ({ signal, pageParam }) =>
      client.listTasks({ params: { jobId }, query: { cursor: pageParam, limit: 100 } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  })

export const eventsQuery = (jobId: string) =>
  infiniteQueryOptions({
    queryKey: ['job', jobId, 'events'],
    queryFn: ({ signal, pageParam }) =>
      client.listEvents({ params: { jobId }, query: { cursor: pageParam, limit: 200 } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  })

const logPage = 1000
/** The log from its end: page 0 is the tail (and grows), each further page is older. */
export const logQuery = (jobId: string) =>
  infiniteQueryOptions({
    queryKey: ['job', jobId, 'log'],
    queryFn: ({ signal, pageParam }) =>
      client.listLogs({ params: { jobId }, query: { before: pageParam, limit: logPage } }, { signal }),
    initialPageParam: Number.MAX_SAFE_INTEGER,
    getNextPageParam: ({ items }) => (items.length < logPage ? undefined : items[0]?.seq),
  })

export const workersQuery = () =>
  queryOptions({ queryKey: ['workers'], queryFn: ({ signal }) => client.listWorkers({}, { signal }) })

export const tokensQuery = () =>
  queryOptions({ queryKey: ['tokens'], queryFn: ({ signal }) => client.listTokens({}, { signal }) })

export const deviceQuery = (userCode: string) =>
  queryOptions({
    queryKey: ['device', userCode],
    queryFn: ({ signal }) => client.showDevice({ params: { userCode } }, { signal }),
    retry: false,
  })
