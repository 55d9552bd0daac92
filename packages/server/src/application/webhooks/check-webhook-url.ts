import { BlockList, isIP } from 'node:net'
import { Problem } from '../../domain/problem/problem.ts'
import { HttpOutError, type HttpOutPolicy } from '../../ports/http-out.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'

const URL_CHARACTERS_MAX = 2_048
const CHECK_TIMEOUT_MS = 5_000

/** Where webhooks of a scope may be posted to. */
export function webhookPolicy(services: Services, scope: Scope): HttpOutPolicy {
  return {
    redirects: 0,
    allowLoopback: scope.mode === 'test' && services.policy.loopbackWebhooks,
    allowedHosts: services.policy.allowedPrivateHosts,
  }
}

/**
 * Refuses an address now that every later post would be refused for. The same checks run again at each post, because a name
 * may come to mean another address.
 * @throws Problem `webhook.url_refused` naming `field`
 */
export async function checkWebhookUrl(
  services: Services,
  scope: Scope,
  text: string,
  field = 'url',
): Promise<void> {
  const policy = webhookPolicy(services, scope)
  const url = text.length <= URL_CHARACTERS_MAX ? URL.parse(text) : null
  if (!url) throw refused(field, 'It is not an absolute URL of at most 2048 characters.')
  if (url.username !== '' || url.password !== '') {
    throw refused(field, 'It holds a user name or password; a receiver knows us by the signature.')
  }
  if (url.hash !== '') throw refused(field, 'It has a fragment ("#…"), which is never sent.')
  const isPlain = url.protocol === 'http:'
  if (!isPlain && url.protocol !== 'https:') throw refused(field, 'Its scheme is not https.')
  if (isPlain && !isInside(url.hostname, policy)) {
    throw refused(
      field,
      'Plain http is taken only for loopback with a test key, or for hosts the operator listed.',
    )
  }
  try {
    await services.httpOut.check(text, { policy, timeoutMs: CHECK_TIMEOUT_MS })
  } catch (error) {
    if (!(error instanceof HttpOutError)) throw error
    throw refused(field, REASONS[error.code] ?? 'Its name could not be resolved.')
  }
}

const REASONS: Partial<Record<HttpOutError['code'], string>> = {
  address_refused: 'Its name stands for an address that is not public.',
  timeout: 'Its name could not be resolved in time.',
}

/** Hosts whose traffic stays on this machine or on a network the operator vouched for by name. */
export function isInside(hostname: string, policy: HttpOutPolicy): boolean {
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
  if (isLoopback && policy.allowLoopback) return true
  return isListed(hostname.replace(/^\[|\]$/g, ''), policy.allowedHosts ?? [])
}

/** @param entries host names, addresses, CIDR blocks */
function isListed(host: string, entries: readonly string[]): boolean {
  if (entries.includes(host)) return true
  const family = isIP(host) === 6 ? 'ipv6' : 'ipv4'
  return isIP(host) !== 0 && entries.some((entry) => blockOf(entry)?.check(host, family))
}

function blockOf(entry: string): BlockList | undefined {
  const [network = '', bits] = entry.split('/')
  if (isIP(network) === 0 || bits === undefined) return undefined
  const block = new BlockList()
  block.addSubnet(network, Number(bits), isIP(network) === 6 ? 'ipv6' : 'ipv4')
  return block
}

function refused(field: string, detail: string): Problem {
  return new Problem('webhook.url_refused', { field, detail })
}
