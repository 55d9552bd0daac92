import { parseCapabilities } from './capabilities.ts'
import type { ControlField } from './facsimile-control-field.ts'
import { parseFrame, type T30Frame } from './frame.ts'
import { FRAMES_PER_BLOCK_MAX, parseEor, parsePpr, parsePps } from './partial-page.ts'
import { parseModulation, parseSettings } from './settings.ts'
import { decodeStationId } from './station-id.ts'
import type { TimelineEntry } from './timeline.ts'

type Described = Pick<TimelineEntry, 'what' | 'detail'>
type Describe = (frame: T30Frame) => Described

const settings: Describe = ({ information }) => {
  const { modulation, resolution, scheme, ecm, width, scanLineTimeMs } = parseSettings(information)
  return { what: 'DCS', detail: { modulation, resolution, scheme, ecm, width, scanLineTimeMs } }
}

const capabilities: Describe = ({ information }) => {
  const can = parseCapabilities(information)
  const detail = {
    modems: [...can.modems].join(' '),
    resolutions: [...can.resolutions].join(' '),
    schemes: [...can.schemes].join(' '),
    ecm: can.ecm,
    width: can.width,
    length: can.length,
    canReceive: can.canReceive,
  }
  return { what: 'DIS', detail }
}

const DESCRIPTIONS: Partial<Record<ControlField, Describe>> = {
  DIS: capabilities,
  DCS: settings,
  CSI: (frame) => ({ what: 'CSI', detail: { id: decodeStationId(frame.information) } }),
  TSI: (frame) => ({ what: 'TSI', detail: { id: decodeStationId(frame.information) } }),
  CTC: (frame) => ({ what: 'CTC', detail: { modulation: parseModulation(frame.information) } }),
  PPS: (frame) => {
    const { after, page, block, frames } = parsePps(frame.information)
    return { what: `PPS-${after}`, detail: { page, block, frames } }
  },
  PPR: (frame) => {
    const wanted = parsePpr(frame.information, FRAMES_PER_BLOCK_MAX).length
    return { what: 'PPR', detail: { framesWanted: wanted } }
  },
  EOR: (frame) => ({ what: `EOR-${parseEor(frame.information)}` }),
}

/** A frame in the words of a timeline. Holds no image octets, and no password. Never throws. */
export function describeFrame(octets: Uint8Array): Described {
  try {
    const frame = parseFrame(octets)
    if (frame.field === undefined) return { what: 'unknown frame', detail: { octets: octets.length } }
    return DESCRIPTIONS[frame.field]?.(frame) ?? { what: frame.field }
  } catch {
    return { what: 'unreadable frame', detail: { octets: octets.length } }
  }
}
