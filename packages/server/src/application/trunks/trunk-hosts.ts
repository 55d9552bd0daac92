import { isIP } from 'node:net'
import { Problem } from '../../domain/problem/problem.ts'
import type { TrunkSettings } from '../../domain/trunks/trunk.ts'
import { HttpOutError, type HttpOutPolicy } from '../../ports/http-out.ts'
import { providerPolicy } from '../providers/provider-url.ts'
import type { Services } from '../services.ts'

const CHECK_TIMEOUT_MS = 5_000
/** The guard of outgoing requests reads URLs; of this one only the host counts. */
const ANY_PORT = 5060

/** Whom the SIP line may send to: public addresses, those the operator listed, and in development this machine. */
export function trunkPolicy(policy: Parameters<typeof providerPolicy>[0]): HttpOutPolicy {
  return providerPolicy(policy)
}

/**
 * Refuses a host now that the line would refuse when it sends. A name that cannot be resolved at the moment is taken: the line
 * looks at every address again, and the trunk's test tells.
 *
 * @param before settings that were looked at before; hosts that are the same are not looked at again
 * @throws Problem `trunk.invalid` naming `host` or `outboundProxy`
 */
export async function checkTrunkHosts(
  services: Services,
  settings: TrunkSettings,
  before?: TrunkSettings,
): Promise<void> {
  if (settings.host !== before?.host) await checkHost(services, 'host', settings.host)
  const proxy = settings.outboundProxy
  if (proxy !== null && proxy !== before?.outboundProxy)
    await checkHost(services, 'outboundProxy', hostOf(proxy))
}

async function checkHost(services: Services, field: string, host: string): Promise<void> {
  const url = `http://${isIP(host) === 6 ? `[${host}]` : host}:${ANY_PORT}/`
  try {
    await services.httpOut.check(url, { policy: trunkPolicy(services.policy), timeoutMs: CHECK_TIMEOUT_MS })
  } catch (error) {
    if (!(error instanceof HttpOutError)) throw error
    if (error.code !== 'address_refused') return
    throw new Problem('trunk.invalid', {
      field,
      detail: `"${field}" stands for an address that is not public. The operator can list it in "allowedPrivateHosts".`,
    })
  }
}

/** Of `host`, `host:port` or `[address]:port`. */
function hostOf(proxy: string): string {
  if (isIP(proxy) !== 0) return proxy
  const parts = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(proxy)
  return parts?.[1] ?? parts?.[2] ?? proxy
}
