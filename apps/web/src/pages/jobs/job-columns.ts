import type { JobColumn, JobSort } from '@backlot/contract/schemas/jobs'

export interface JobColumnLook {
  label: string
  /** The direction that one wants first. */
  usual: JobSort
  /** What its two directions mean, the usual one first. */
  directions: readonly [string, string]
}

export const jobColumnLooks: Record<JobColumn, JobColumnLook> = {
  name: { label: 'Name', usual: 'name', directions: ['Name, A to Z', 'Name, Z to A'] },
  owner: { label: 'Owner', usual: 'owner', directions: ['Owner, A to Z', 'Owner, Z to A'] },
  state: { label: 'State', usual: 'state', directions: ['State, waiting first', 'State, ended first'] },
  frames: { label: 'Frames', usual: '-frames', directions: ['Most complete', 'Least complete'] },
  time: { label: 'Time', usual: '-time', directions: ['Longest', 'Shortest'] },
  created: { label: 'Created', usual: '-created', directions: ['Newest', 'Oldest'] },
}
