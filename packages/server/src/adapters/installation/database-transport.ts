import type { InstallationFacts } from '../../ports/installation.ts'

const LOCAL = /^(?:127\.\d+\.\d+\.\d+|\[?::1\]?|localhost)$/

/**
 * How the connection to the database travels. Only `sslmode=verify-full` says the same in every version of `pg` and in libpq: the certificate is
 * checked, and that it is this server's.
 * @param url absent: our own PostgreSQL, on a socket of this machine
 */
export function databaseTransport(url: string | undefined): InstallationFacts['database']['transport'] {
  if (url === undefined) return 'local'
  // `user@/database` names no host, which is this machine, and is no URL.
  const parsed = URL.parse(url.replace('@/', '@localhost/'))
  if (!parsed) return 'plain'
  const host = parsed.searchParams.get('host') ?? decodeURIComponent(parsed.hostname)
  if (host === '' || host.startsWith('/') || LOCAL.test(host)) return 'local'
  const mode = parsed.searchParams.get('sslmode')
  if (mode === 'verify-full') return 'verified_tls'
  const encrypts =
    mode === null ? /^(?:true|1)$/.test(parsed.searchParams.get('ssl') ?? '') : mode !== 'disable'
  return encrypts ? 'unverified_tls' : 'plain'
}
