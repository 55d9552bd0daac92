import { controlFieldOf } from '../../src/t30/facsimile-control-field.ts'
import { parseFrame, type T30Frame } from '../../src/t30/frame.ts'
import type { T30Effect, Transmission } from '../../src/t30/machine.ts'
import { parseEor, parseFcd, parsePpr, parsePps } from '../../src/t30/partial-page.ts'
import { isDamaged } from '../../src/t30/received-page.ts'
import { parseModulation, parseSettings } from '../../src/t30/settings.ts'
import { decodeStationId } from '../../src/t30/station-id.ts'
import { bitsSet } from './wire.ts'

/** What a machine did, in the words of the conformance cases. */
export function wordsOf(effect: T30Effect): readonly string[] {
  switch (effect.kind) {
    case 'transmit':
      return effect.transmissions.length === 0 ? ['silence'] : effect.transmissions.flatMap(wordsOfSignal)
    case 'check_identity':
      return [`ask ${effect.remoteId ?? 'nobody'}`]
    case 'announce_page':
      return [`announce ${effect.page} ${effect.isFinal ? 'final' : 'of more'}`]
    case 'record_page':
      return [`record ${effect.page}`]
    case 'commit_page':
      return [`commit ${effect.page.number} ${isDamaged(effect.page) ? 'damaged' : 'clean'}`]
    case 'end': {
      const { result, pages, dataExchanged } = effect.end
      return [`end ${result} ${pages} ${dataExchanged}`]
    }
    default:
      return []
  }
}

export function wordsOfSignal(signal: Transmission): readonly string[] {
  switch (signal.kind) {
    case 'ced':
      return [`CED ${signal.durationMs}`]
    case 'control':
      return signal.frames.map((octets) => wordOfFrame(parseFrame(octets)))
    case 'training_check':
      return [`TCF ${signal.modulation}`]
    case 'image':
      return [`image ${signal.modulation} ${signal.training}`]
    case 'block': {
      const numbers = signal.frames.map((octets) => parseFcd(parseFrame(octets).information, 256).number)
      return [`block ${signal.modulation} ${signal.training} ${ranges(numbers)}`]
    }
  }
}

function wordOfFrame({ field, information }: T30Frame): string {
  switch (field) {
    case 'DIS':
      return `DIS ${ranges(bitsSet(information))}`
    case 'CSI':
    case 'TSI':
    case 'SUB':
    case 'SID':
      return `${field} ${decodeStationId(information)}`
    case 'DCS': {
      const { modulation, ecm, scheme, resolution, width, scanLineTimeMs } = parseSettings(information)
      return `DCS ${modulation} ${ecm ? 'ECM' : 'plain'} ${scheme} ${resolution} ${width} ${scanLineTimeMs}ms`
    }
    case 'CTC':
      return `CTC ${parseModulation(information)}`
    case 'PPS': {
      const { after, page, block, frames } = parsePps(information)
      return `PPS-${after} ${page} ${block} ${frames}`
    }
    case 'EOR':
      return `EOR-${parseEor(information)}`
    case 'PPR':
      return `PPR ${ranges(parsePpr(information, 256))}`
    default:
      return field ?? 'unknown'
  }
}

/** `0-2+5`: rising numbers. */
export function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = []
  for (const number of numbers) {
    const last = parts.at(-1)
    if (last && number === last[1] + 1) last[1] = number
    else parts.push([number, number])
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join('+')
}

export function numbersOf(text: string): number[] {
  return text.split('+').flatMap((part) => {
    const [from, to] = part.split('-').map(Number) as [number, number?]
    return Array.from({ length: (to ?? from) - from + 1 }, (_, i) => from + i)
  })
}

/** The name of a frame as it is on the wire, `unknown` for what no edition of T.30 names. */
export function nameOfFrame(octets: Uint8Array): string {
  return controlFieldOf(octets[2] ?? 0) ?? 'unknown'
}
