import { buildCapabilities, type Capabilities } from '@answerback/protocol/t30/capabilities'
import { buildFrame } from '@answerback/protocol/t30/frame'
import { encodeStationId } from '@answerback/protocol/t30/station-id'
import { mapFrames, says } from './frames.ts'
import type { MakeMischief } from './mischief.ts'

/** Not of T.30: a wrong address, a wrong control field, an FCF no edition has, a stump, and a CSI of control characters. */
const JUNK: readonly Uint8Array[] = [
  Uint8Array.of(0x3f, 0xc0, 0x20, 0x01, 0x02),
  Uint8Array.of(0xff, 0x11, 0x02),
  Uint8Array.of(0xff, 0xc0, 0x1a, 0xde, 0xad),
  Uint8Array.of(0xff),
  Uint8Array.of(0xff, 0xc0, 0x02, 0x00, 0x80, 0xd0, 0x00, 0xff),
]

/** Junk before every frame it says. */
export const saysJunk: MakeMischief = () => ({
  say: (transmissions) => mapFrames(transmissions, (frame) => [...JUNK, frame]),
})

/** Another station identification each time it says one, round and round. */
export function changesId(ids: readonly string[]): MakeMischief {
  return () => {
    let said = 0
    return {
      say: (transmissions) =>
        mapFrames(transmissions, (frame, field) => {
          if (field !== 'CSI') return [frame]
          const information = encodeStationId(ids[said++ % ids.length]!)
          return [buildFrame({ field: 'CSI', isFinal: false, hasReceivedDis: false, information })]
        }),
    }
  }
}

/** Names its maker before its CSI (T.30 §5.3.6.1.1, NSF). */
export function saysNsf(information: Uint8Array): MakeMischief {
  return () => ({
    say: (transmissions) =>
      mapFrames(transmissions, (frame, field) =>
        field === 'CSI'
          ? [buildFrame({ field: 'NSF', isFinal: false, hasReceivedDis: false, information }), frame]
          : [frame],
      ),
  })
}

/** A caller that wants to fetch a document: DTC in place of its DCS. */
export function polls(capabilities: Capabilities): MakeMischief {
  return () => ({
    say(transmissions) {
      if (!says(transmissions, 'DCS')) return transmissions
      const information = buildCapabilities(capabilities)
      const dtc = buildFrame({ field: 'DTC', isFinal: true, hasReceivedDis: true, information })
      return [{ kind: 'control', frames: [dtc] }]
    },
  })
}
