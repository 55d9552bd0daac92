import type { HostPort } from '../sip/address.ts'
import type { LocalMedia } from '../sip/sdp/media.ts'
import { T38_DEFAULTS, type T38Parameters } from '../sip/sdp/t38-parameters.ts'
import type { ErrorCorrection } from '../t38/udptl.ts'
import type { FaxCallProfile } from './fax-call-types.ts'

/** One Ethernet frame's worth, and what most gateways say. */
const DATAGRAM_OCTETS_MAX = 1_400
/** What is sent to a peer that says nothing, or less than a packet needs (gateways that mean the IFP packet say 72 or so). */
const DATAGRAM_OCTETS_DEFAULT = 400
const DATAGRAM_OCTETS_MIN = 72
/** What we hold before it is heard: a second at 14,400 bit/s. */
const BUFFER_OCTETS = 1_800
const FEC_ENTRIES = 3

/** The T.38 line of our SDP. No gateway function is claimed: fill removal and transcoding are no terminal's (T.38 Annex D). */
export function t38Media(
  port: HostPort,
  profile: FaxCallProfile,
  bitRateMax: number,
): LocalMedia & { kind: 't38' } {
  return {
    kind: 't38',
    ...port,
    parameters: {
      ...T38_DEFAULTS,
      version: profile.t38Version,
      maxBitRateBps: bitRateMax,
      maxBufferBytes: BUFFER_OCTETS,
      maxDatagramBytes: DATAGRAM_OCTETS_MAX,
      errorCorrection: profile.errorCorrection,
    },
  }
}

/** What we say of our sound: G.711 in both laws (RFC 3551 §4.5.14), at `port`. */
export function audioMedia(port: HostPort): LocalMedia {
  return { kind: 'audio', ...port, codecs: ['PCMU', 'PCMA'] }
}

/** How datagrams are protected, from what both ends said and how much of it the trunk wants. */
export function correctionFor(agreed: T38Parameters, profile: FaxCallProfile): ErrorCorrection {
  switch (agreed.errorCorrection) {
    case 'redundancy':
      return { kind: 'redundancy', depth: profile.redundancy }
    case 'fec':
      return { kind: 'fec', span: profile.redundancy, entries: FEC_ENTRIES }
    case 'none':
      return { kind: 'none' }
  }
}

/**
 * The largest UDPTL datagram to send, octets: what the trunk's profile says, else what the far end says it takes (T38FaxMaxDatagram), within bounds.
 */
export function datagramOctetsFor(agreed: T38Parameters, profile: FaxCallProfile): number {
  const told = profile.datagramOctetsMax ?? agreed.maxDatagramBytes ?? DATAGRAM_OCTETS_DEFAULT
  return Math.min(DATAGRAM_OCTETS_MAX, Math.max(DATAGRAM_OCTETS_MIN, told))
}
