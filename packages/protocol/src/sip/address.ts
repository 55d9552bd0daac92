export type SipTransport = 'udp' | 'tcp' | 'tls'

/** A place on the network, whatever speaks there. `host` is without the brackets of an IPv6 address. */
export interface HostPort {
  readonly host: string
  readonly port: number
}

/** Where a message goes or came from. `host` is an IP address or, towards a trunk, a name the adapter resolves. */
export interface SipAddress extends HostPort {
  readonly transport: SipTransport
  /**
   * Where to connect when the connection to `host` and `port` is gone: those were the far end of one the peer had opened,
   * and nobody listens there (RFC 3261 §18.2.2).
   */
  readonly orElse?: SipAddress
}

/** A host as URIs and Via write it: IPv6 addresses in brackets. */
export function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** RFC 3261 §19.1.2. */
export function defaultPort(transport: SipTransport): number {
  return transport === 'tls' ? 5061 : 5060
}

/** Whether the transport itself sees to delivery, so that nothing is sent again (RFC 3261 §17.1.1.2). */
export function isReliable(transport: SipTransport): boolean {
  return transport !== 'udp'
}

/** One text for one place: host names compare without case (RFC 3261 §19.1.4). */
export function addressKey({ transport, host, port }: SipAddress): string {
  return `${transport}:${host.toLowerCase()}:${port}`
}
