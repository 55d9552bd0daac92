import { BlockList, isIP } from 'node:net'
import type { OpenTrunk } from '../../../ports/line.ts'

/** How an IPv6 socket tells an IPv4 sender (RFC 4291 §2.5.5.2). */
const IPV4_MAPPED = /^::ffff:(?=\d+\.)/i

/**
 * The trunk an INVITE came by: the one whose allowed sources, or whose own host, the sender's address is among.
 * @param addresses what host names stand for, as last resolved
 */
export function findTrunk(
  trunks: readonly OpenTrunk[],
  source: string,
  addresses: ReadonlyMap<string, readonly string[]>,
): OpenTrunk | undefined {
  const sender = source.replace(IPV4_MAPPED, '')
  return trunks.find(({ settings }) => {
    const { allowedSources } = settings.inbound
    if (allowedSources.length > 0) return isAmong(allowedSources, sender)
    return settings.host === sender || (addresses.get(settings.host) ?? []).includes(sender)
  })
}

function isAmong(sources: readonly string[], address: string): boolean {
  const family = familyOf(address)
  if (!family) return false
  const list = new BlockList()
  for (const source of sources) {
    const [network = '', prefix] = source.split('/')
    const sourceFamily = familyOf(network)
    if (!sourceFamily) continue
    if (prefix === undefined) list.addAddress(network, sourceFamily)
    else list.addSubnet(network, Number(prefix), sourceFamily)
  }
  return list.check(address, family)
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const family = isIP(address)
  return family === 0 ? undefined : family === 6 ? 'ipv6' : 'ipv4'
}
