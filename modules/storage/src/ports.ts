/** What storage needs to know of the rest: which files belong to jobs. */
export interface StoragePorts {
  /** Trees that an attempt of this job may read. */
  treesOfJob(tenantId: string, jobId: string): Promise<readonly string[]>
  /** Whether the file is a frame, thumbnail or output of this job: later steps read what earlier ones made. */
  isOutputOfJob(tenantId: string, jobId: string, sha256: string): Promise<boolean>
  /** Everything of a tenant that must be kept: trees of its jobs, and files outside of trees. Hexadecimal. */
  liveFiles(tenantId: string): Promise<{ treeIds: readonly string[]; blobs: readonly string[] }>
}
