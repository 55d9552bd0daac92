/** What a cluster promises: `full` survives a power cut; `none` is for scratch clusters of tests only. */
export type Durability = 'full' | 'none'

/**
 * PostgreSQL's settings, as command-line arguments so that no edited file can weaken them.
 * Its log would quote statements and key values, which hold patient data: those parts are off.
 */
export function serverArguments(socketFolder: string, durability: Durability): string[] {
  const settings: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    max_connections: '80',
    shared_buffers: '64MB',
    max_wal_size: '512MB',
    // Forked workers need /dev/shm, which is 64 MB in a container, and no query here wants them.
    max_parallel_workers_per_gather: '0',
    io_method: 'sync',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_statement: 'none',
    log_min_error_statement: 'panic',
    log_min_messages: 'fatal',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: '0',
    ...(durability === 'full' ? FULL : NONE),
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

const FULL = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' }
const NONE = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', autovacuum: 'off' }
