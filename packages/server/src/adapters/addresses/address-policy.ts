import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { HttpOutPolicy } from '../../ports/http-out.ts'

/** Why an address may be dialled: anybody may reach it, or the operator (or the caller) let it through. */
export type Admission = 'public' | 'listed'

/** What a listed host *name* may stand for. A name that turns to a metadata service or a multicast group is an attack. */
const INSIDE_RANGES = new Set(['private', 'uniqueLocal', 'carrierGradeNat', 'loopback'])
/** Public by its number, and answered by the host below a virtual machine of Azure: metadata, certificates, DNS. */
const WIRE_SERVER = '168.63.129.16'
/** The part of IPv6 that is given out to networks (RFC 4291 §2.4): ipaddr.js calls all the rest unicast too. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3')

/**
 * @param hostname as in the URL, lower case, without brackets
 * @param address an IP address the name resolved to
 * @returns `undefined` when the address must not be dialled
 */
export function admit(hostname: string, address: string, policy: HttpOutPolicy): Admission | undefined {
  // Stricter than ipaddr.js, which reads `1.2.3` and `0x7f.1` as addresses too.
  if (isIP(address) === 0) return undefined
  const parsed = ipaddr.parse(address)
  if (isPublic(parsed)) return 'public'
  // `::ffff:10.0.0.1` is the operator's 10.0.0.1, though it is nobody's public address.
  const plain = ipaddr.process(address)
  if (policy.allowLoopback === true && plain.range() === 'loopback') return 'listed'
  const listed = (policy.allowedHosts ?? []).some((entry) => covers(entry.toLowerCase(), hostname, plain))
  return listed ? 'listed' : undefined
}

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast' || address.toString() === WIRE_SERVER) return false
  return address.kind() === 'ipv4' || address.match(GLOBAL_UNICAST)
}

function covers(entry: string, hostname: string, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (ipaddr.isValidCIDR(entry)) {
    const [network, bits] = ipaddr.parseCIDR(entry)
    return network.kind() === address.kind() && address.match(network, bits)
  }
  if (isIP(entry) !== 0) return ipaddr.process(entry).toString() === address.toString()
  return entry === hostname && INSIDE_RANGES.has(address.range())
}
