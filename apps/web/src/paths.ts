import { linkOptions } from '@tanstack/react-router'
import type { JobFilter } from './api/job-filter.ts'
import type { JobTab, WorkerColumn } from './search-params.ts'

/** Every place of the app. `<Link {...paths.job(id)}>`, `navigate(paths.jobs())`; no address is written anywhere else. */
export const paths = {
  signIn: (next?: string) => linkOptions({ to: '/sign-in', search: { next } }),
  setup: (token?: string) => linkOptions({ to: '/setup', search: { token } }),
  device: (code?: string) => linkOptions({ to: '/device', search: { code } }),
  jobs: ({ state, search, sort }: JobFilter = {}) => linkOptions({ to: '/jobs', search: { state, search, sort } }),
  job: (jobId: string, tab?: JobTab) => linkOptions({ to: '/jobs/$jobId', params: { jobId }, search: { tab } }),
  /** A frame in the viewer, over the part of the job's page that is shown. */
  frame: (jobId: string, frame: number, tab?: JobTab) =>
    linkOptions({ to: '/jobs/$jobId', params: { jobId }, search: { tab, frame } }),
  submit: () => linkOptions({ to: '/submit' }),
  workers: (sort?: WorkerColumn | `-${WorkerColumn}`) => linkOptions({ to: '/workers', search: { sort } }),
  tokens: () => linkOptions({ to: '/tokens' }),
}
