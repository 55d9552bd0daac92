import { type LookupAddress, lookup as resolveName } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { HttpOutPolicy } from '../../ports/http-out.ts'
import { admit } from './address-policy.ts'

/** Every address of a name, or an error. */
export type ResolveAll = (
  hostname: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void

/** How an IPv6 socket tells an IPv4 peer (RFC 4291 §2.5.5.2): what is dialled is the IPv4 address. */
const IPV4_MAPPED = /^::ffff:(?=\d+\.)/i
/** Peers of a few hundred calls; a packet to one of them is not parsed anew. */
const REMEMBERED_MAX = 1_000

/** Nobody may be sent to at that address: see `allowedPrivateHosts`. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
  readonly code = 'ADDRESS_REFUSED'
}

/**
 * Which addresses a socket of ours may send to. A name is resolved and judged in one step, and what was judged is dialled, so
 * a name server that answers differently the second time gains nothing. One address that is refused refuses the name.
 */
export class Reach {
  readonly #policy: HttpOutPolicy
  readonly #resolveAll: ResolveAll
  readonly #judged = new Map<string, boolean>()

  constructor(policy: HttpOutPolicy, resolveAll: ResolveAll = systemResolve) {
    this.#policy = policy
    this.#resolveAll = resolveAll
  }

  /** @param address an IP address */
  admits(address: string): boolean {
    const known = this.#judged.get(address)
    if (known !== undefined) return known
    const plain = address.replace(IPV4_MAPPED, '')
    const isAdmitted = admit(plain, plain, this.#policy) !== undefined
    if (this.#judged.size >= REMEMBERED_MAX) this.#judged.clear()
    this.#judged.set(address, isAdmitted)
    return isAdmitted
  }

  /** Tells one address of the family to send to; at once where `host` is an address already. */
  resolve(host: string, family: 4 | 6, done: (error: Error | null, address: string) => void): void {
    if (isIP(host) !== 0) {
      if (this.admits(host)) done(null, host)
      else done(new AddressRefused(), '')
      return
    }
    this.#resolveAdmitted(host, (error, found) => {
      const fitting = found.find((each) => each.family === family)
      if (error) done(error, '')
      else if (fitting) done(null, fitting.address)
      else done(new Error('The name has no address of this family.'), '')
    })
  }

  /** For `net.connect` and `tls.connect`, which ask only about names: look at an address with `admits` first. */
  readonly lookup: LookupFunction = (host, options, done) => {
    this.#resolveAdmitted(host, (error, found) => {
      const family = options.family === 4 || options.family === 6 ? options.family : undefined
      const fitting = found.filter((each) => family === undefined || each.family === family)
      const first = fitting[0]
      if (error) done(error, '', 0)
      else if (first === undefined) done(new Error('The name has no such address.'), '', 0)
      else if (options.all) done(null, [...fitting])
      else done(null, first.address, first.family)
    })
  }

  #resolveAdmitted(host: string, done: (error: Error | null, found: readonly LookupAddress[]) => void): void {
    this.#resolveAll(host, (error, found) => {
      if (error) return done(error, [])
      const name = host.toLowerCase()
      const isRefused = found.some(({ address }) => admit(name, address, this.#policy) === undefined)
      if (isRefused) return done(new AddressRefused(), [])
      done(null, found)
    })
  }
}

function systemResolve(hostname: string, done: Parameters<ResolveAll>[1]): void {
  resolveName(hostname, { all: true }, (error, addresses) => done(error, addresses ?? []))
}
