import { isIP } from 'node:net'
import type { FaxCallProfile } from '@answerback/protocol/fax-call/fax-call-types'
import { defaultPort, type SipAddress } from '@answerback/protocol/sip/address'
import type { TrunkSettings as SipTrunk } from '@answerback/protocol/sip/agent/options'
import type { TrunkProfile } from '../../../domain/trunks/trunk.ts'
import type { LearnedRoute, OpenTrunk } from '../../../ports/line.ts'

const REGISTER_SECONDS = 600
const KEEP_ALIVE_SECONDS = 60
/** Contact's user part of a trunk that has no name of its own. */
const USER = 'fax'

/** A trunk in the user agent's words. */
export function sipTrunk(trunk: OpenTrunk): SipTrunk {
  const { settings, secret } = trunk
  const { username } = settings
  return {
    id: trunk.id,
    address: addressOf(trunk),
    domain: settings.fromDomain ?? settings.host,
    user: username ?? USER,
    ...(username !== null && secret !== null && { credentials: { username, password: secret } }),
    ...(settings.registration === 'register' && { registerSeconds: REGISTER_SECONDS }),
    keepAliveSeconds: KEEP_ALIVE_SECONDS,
  }
}

/** Where requests go: the outbound proxy when there is one. */
export function addressOf({ settings }: Pick<OpenTrunk, 'settings'>): SipAddress {
  const { transport, host, port, outboundProxy } = settings
  if (outboundProxy === null) return { transport, host, port }
  const match = isIP(outboundProxy) === 0 ? /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(outboundProxy) : null
  if (!match) return { transport, host: outboundProxy, port: defaultPort(transport) }
  return { transport, host: (match[1] ?? match[2])!, port: Number(match[3]) }
}

/** The profile of one call: the trunk's, with what was learnt about the number where the operator left it open. */
export function callProfile(profile: TrunkProfile, learned?: LearnedRoute): FaxCallProfile {
  const t38 = profile.t38 === 'auto' ? (learned?.t38Mode ?? 'auto') : profile.t38
  return {
    t38,
    t38Version: profile.t38Version as FaxCallProfile['t38Version'],
    errorCorrection: profile.errorCorrection,
    redundancy: profile.redundancy,
    datagramOctetsMax: profile.maxDatagram ?? undefined,
    isSymmetric: profile.symmetricUdptl,
  }
}
