import type { InstallationFacts } from '../../ports/installation.ts'

const LOCAL = /^(?:127\.\d+\.\d+\.\d+|\[?::1\]?|localhost)$/

type Transport = InstallationFacts['database']['transport']

/** `user@/database` names no host and is no URL. */
function parse(url: string): URL | null {
  return URL.parse(url.replace('@/', '@localhost/'))
}

/** Where the database is; `undefined`: on this machine, by a socket, or the URL is none. */
export function databaseHost(url: string, elsewhere = ''): string | undefined {
  const parsed = parse(url)
  const named = /@\/|:\/\/\//.test(url) ? '' : decodeURIComponent(parsed?.hostname ?? '')
  return (parsed?.searchParams.get('host') ?? (named || elsewhere)) || undefined
}

/**
 * How the connection to the database travels. Only `sslmode=verify-full` says the same in every version of `pg` and in libpq: the certificate is
 * checked, and that it is this server's.
 * @param url absent: our own PostgreSQL, on a socket of this machine
 * @param elsewhere `PGHOST`, which `pg` goes by where the URL names no host
 */
export function databaseTransport(url: string | undefined, elsewhere = ''): Transport {
  if (url === undefined) return 'local'
  const parsed = parse(url)
  if (!parsed) return 'plain'
  const host = databaseHost(url, elsewhere) ?? ''
  if (host === '' || host.startsWith('/') || LOCAL.test(host)) return 'local'
  const mode = parsed.searchParams.get('sslmode')
  if (mode === 'verify-full') return 'verified_tls'
  const encrypts =
    mode === null ? /^(?:true|1)$/.test(parsed.searchParams.get('ssl') ?? '') : mode !== 'disable'
  return encrypts ? 'unverified_tls' : 'plain'
}
