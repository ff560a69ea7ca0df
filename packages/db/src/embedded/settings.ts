/**
 * Settings of the embedded server: a studio's machine that also renders, so memory is modest. Whoever needs more brings
 * a PostgreSQL of their own (`DATABASE_URL`).
 */
const always = {
  listen_addresses: '127.0.0.1',
  unix_socket_permissions: '0700',
  max_connections: '120',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %q%u@%d ',
  log_checkpoints: 'off',
  jit: 'off', // our statements are short: compiling one takes longer than running it
}

export const profiles = {
  server: {
    ...always,
    synchronous_commit: 'on', // a result that a worker was thanked for must not be lost
    shared_buffers: '128MB',
    effective_cache_size: '1GB',
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    wal_compression: 'pglz', // these binaries have no lz4
    wal_buffers: '8MB',
    min_wal_size: '64MB',
    max_wal_size: '1GB',
    checkpoint_timeout: '10min',
    random_page_cost: '1.1', // solid-state disks
    effective_io_concurrency: '32',
    autovacuum_naptime: '20s', // task and lease rows change all the time
    autovacuum_vacuum_scale_factor: '0.05',
    log_min_duration_statement: '1000',
  },
  /** For tests: the data is thrown away, so nothing waits for a disk. */
  test: {
    ...always,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    shared_buffers: '64MB',
    wal_level: 'minimal',
    max_wal_senders: '0',
    autovacuum: 'off',
  },
} as const
export type Profile = keyof typeof profiles

export function settingArguments(profile: Profile, more: Record<string, string>): string[] {
  return Object.entries({ ...profiles[profile], ...more }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
