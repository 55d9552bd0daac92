import { Problem } from '../../domain/problem/problem.ts'
import { HttpOutError, type HttpOutPolicy } from '../../ports/http-out.ts'
import type { Services } from '../services.ts'
import { isInside } from '../webhooks/check-webhook-url.ts'

const URL_CHARACTERS_MAX = 300
const CHECK_TIMEOUT_MS = 5_000

/** Whom this server may speak to as a customer: public addresses, those the operator listed, and in development this machine. */
export function providerPolicy({
  loopbackWebhooks,
  allowedPrivateHosts,
}: Pick<Services['policy'], 'loopbackWebhooks' | 'allowedPrivateHosts'>): HttpOutPolicy {
  return { redirects: 0, allowLoopback: loopbackWebhooks, allowedHosts: allowedPrivateHosts }
}

/**
 * Refuses an address now that every later request would be refused for: the API key and documents go there.
 * @throws Problem `provider.invalid` naming `baseUrl`
 */
export async function checkProviderUrl(services: Services, text: string): Promise<void> {
  const policy = providerPolicy(services.policy)
  const url = text.length <= URL_CHARACTERS_MAX ? URL.parse(text) : null
  if (!url) throw refused('It is not an absolute URL of at most 300 characters.')
  if (url.username !== '' || url.password !== '') throw refused('It holds a user name or a password.')
  if (url.search !== '' || url.hash !== '')
    throw refused("It has a query or a fragment; the API's own paths follow it.")
  const isPlain = url.protocol === 'http:'
  if (!isPlain && url.protocol !== 'https:') throw refused('Its scheme is not https.')
  if (isPlain && !isInside(url.hostname, policy)) {
    throw refused(
      'Plain http is taken only for hosts the operator listed, and for this machine in development.',
    )
  }
  try {
    await services.httpOut.check(text, { policy, timeoutMs: CHECK_TIMEOUT_MS })
  } catch (error) {
    if (!(error instanceof HttpOutError)) throw error
    throw refused(
      error.code === 'address_refused'
        ? 'Its name stands for an address that is not public.'
        : 'Its name could not be resolved.',
    )
  }
}

function refused(detail: string): Problem {
  return new Problem('provider.invalid', { field: 'baseUrl', detail })
}
