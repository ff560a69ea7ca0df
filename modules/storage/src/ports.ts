/** What storage needs to know of the rest: which files belong to jobs. */
export interface StoragePorts {
  /** Trees that an attempt of this job may read. */
  treesOfJob(tenantId: string, jobId: string): Promise<readonly string[]>
  /** Which of these files are frames, thumbnails or outputs of this job: later steps read what earlier ones made. */
  outputsOfJob(tenantId: string, jobId: string, hashes: readonly string[]): Promise<readonly string[]>
  /** Everything of a tenant that must be kept: trees of its jobs, and files outside of trees. Hexadecimal. */
  liveFiles(tenantId: string): Promise<{ treeIds: readonly string[]; blobs: readonly string[] }>
}
