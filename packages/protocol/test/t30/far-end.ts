import type { T30Case } from '../../../../conformance/t30/case.ts'
import { buildCapabilities, type Capabilities } from '../../src/t30/capabilities.ts'
import { codePage } from '../../src/t30/code-page.ts'
import type { ControlField } from '../../src/t30/facsimile-control-field.ts'
import { buildFrame } from '../../src/t30/frame.ts'
import type { T30Input } from '../../src/t30/machine.ts'
import type { Modulation } from '../../src/t30/modulation.ts'
import {
  buildEor,
  buildFcdInformation,
  buildPpr,
  buildPps,
  type PostMessage,
} from '../../src/t30/partial-page.ts'
import { buildRateChange, buildSettings, type Settings } from '../../src/t30/settings.ts'
import { encodeStationId } from '../../src/t30/station-id.ts'
import { tcfOctets } from '../../src/t30/training-check.ts'
import { CAPABILITIES } from './machines.ts'
import { samplePage } from './sample-pages.ts'
import { numbersOf } from './words.ts'

const SETTINGS: Settings = {
  modulation: 'V17_14400',
  resolution: 'fine',
  scheme: 'MMR',
  ecm: true,
  frameOctets: 256,
  width: 'A4',
  length: 'unlimited',
  scanLineTimeMs: 0,
}

/** As much as a packet carries at 4800 bit/s. */
const PIECE_OCTETS = 24

type Given = { readonly receiver?: Partial<Capabilities>; readonly sender?: Partial<Settings> }

/** The far end of a scripted call: turns words into what our machine hears. */
export class FarEnd {
  readonly #role: 'caller' | 'answerer'
  readonly #receiver: Capabilities
  readonly #sender: Settings

  constructor({ role, receiver, sender }: Pick<T30Case, 'role' | 'receiver' | 'sender'>) {
    this.#role = role
    this.#receiver = { ...CAPABILITIES, ...receiver }
    this.#sender = { ...SETTINGS, ...sender }
  }

  inputs(words: string, given: Given = {}): readonly T30Input[] {
    const settings = { ...this.#sender, ...given.sender }
    const [first, ...rest] = words.split(' ')
    switch (first) {
      case 'CED':
        return [{ kind: 'tone', tone: 'CED' }]
      case 'gap':
        return [{ kind: 'gap', packets: Number(rest[0]) }]
      case 'signal':
        return signal('V21', [])
      case 'TCF':
        return signal(settings.modulation, [{ kind: 'image', octets: tcf(settings.modulation, rest[0]) }])
      case 'image':
        return signal(settings.modulation, this.#image(settings, rest))
      case 'frames':
        return signal(settings.modulation, this.#block(settings, rest))
      default:
        return signal(
          'V21',
          words.split(', ').map((word) => this.#control(word, given, settings)),
        )
    }
  }

  /** Of a page without ECM: `1`, `1 spoiled`, `1 silent`; `1 holed` lacks a packet, `1 torn` all of its second half. */
  #image(settings: Settings, [number, flaw]: readonly string[]): T30Input[] {
    if (flaw === 'silent') return []
    const octets = codePage(samplePage('small', Number(number)), settings)
    if (flaw === 'spoiled') octets.fill(0x55, 40, octets.length - 10)
    const pieces = Array.from({ length: Math.ceil(octets.length / PIECE_OCTETS) }, (_, i): T30Input => {
      return { kind: 'image', octets: octets.slice(i * PIECE_OCTETS, (i + 1) * PIECE_OCTETS) }
    })
    const middle = pieces.length >> 1
    if (flaw === 'holed') pieces.splice(middle, 1, { kind: 'gap', packets: 1 })
    if (flaw === 'torn') pieces.splice(middle, middle, { kind: 'gap', packets: middle })
    return pieces
  }

  /** `0-2 of 1` or, for a second block, `0-49 of 1/1`. */
  #block(settings: Settings, [numbers, , place]: readonly string[]): T30Input[] {
    const [page, block = '0'] = place!.split('/')
    const { frameOctets } = settings
    const octets = codePage(samplePage(frameOctets === 64 ? 'large' : 'small', Number(page)), settings)
    return numbersOf(numbers!).map((number) => {
      const start = (Number(block) * 256 + number) * frameOctets
      const image = new Uint8Array(frameOctets)
      image.set(octets.subarray(start, start + frameOctets))
      return frame('FCD', buildFcdInformation(number, image))
    })
  }

  #control(word: string, given: Given, settings: Settings): T30Input {
    const [name = '', ...rest] = word.split(' ')
    switch (name) {
      case 'damaged':
        return { kind: 'frame_damaged' }
      case 'junk':
        return { kind: 'frame', octets: Uint8Array.of(0x12, 0x34, 0x56, 0x78) }
      case 'short':
        return { kind: 'frame', octets: Uint8Array.of(0xff, 0xc8) }
      case 'unknown':
        return { kind: 'frame', octets: Uint8Array.of(0xff, 0xc8, 0x6e) }
      case 'cut':
        return frame(rest[0] as ControlField, Uint8Array.of(0))
      case 'image-modem':
        return { kind: 'signal_started', carrier: settings.modulation }
      default:
        return frame(...this.#frameOf(name, rest, given, settings))
    }
  }

  #frameOf(
    name: string,
    rest: readonly string[],
    given: Given,
    settings: Settings,
  ): [ControlField, Uint8Array?, boolean?] {
    const isCaller = this.#role === 'answerer'
    const stem = name.split('-')[0]!
    const inner = name.slice(stem.length + 1) as PostMessage
    switch (stem) {
      case 'DIS':
      case 'DTC':
        return [stem, buildCapabilities({ ...this.#receiver, ...given.receiver })]
      case 'DCS': {
        const modulation = (rest[0] as Modulation | undefined) ?? settings.modulation
        return ['DCS', buildSettings({ ...settings, modulation }), isCaller]
      }
      case 'CTC':
        return ['CTC', buildRateChange({ ...settings, modulation: rest[0] as Modulation }), isCaller]
      case 'PPS': {
        const [page = 0, block = 0, frames = 1] = rest.map(Number)
        return ['PPS', buildPps({ after: inner, page, block, frames }, true), isCaller]
      }
      case 'EOR':
        return ['EOR', buildEor(inner, true), isCaller]
      case 'PPR': {
        const wanted = new Set(rest[0] === 'nothing' ? [] : numbersOf(rest[0]!))
        return ['PPR', buildPpr((number) => wanted.has(number)), isCaller]
      }
      case 'CSI':
      case 'TSI':
      case 'SUB':
        return [stem, encodeStationId(rest.join(' ') || '+12025550101'), isCaller]
      case 'PRI':
        return [name as ControlField, undefined, isCaller]
      default:
        return [stem as ControlField, undefined, isCaller]
    }
  }
}

function signal(carrier: 'V21' | Modulation, inside: readonly T30Input[]): readonly T30Input[] {
  return [{ kind: 'signal_started', carrier }, ...inside, { kind: 'signal_ended' }]
}

function frame(field: ControlField, information?: Uint8Array, hasReceivedDis = false): T30Input {
  return { kind: 'frame', octets: buildFrame({ field, isFinal: true, hasReceivedDis, information }) }
}

function tcf(modulation: Modulation, flaw: string | undefined): Uint8Array {
  const octets = new Uint8Array(tcfOctets(modulation))
  switch (flaw) {
    case 'noisy':
      return octets.map((_, i) => (i % 100 === 50 ? 0x10 : 0))
    case 'bursty':
      return octets.fill(0xff, 0, octets.length >> 2)
    case 'half':
      return octets.slice(0, octets.length >> 1)
    case 'silent':
      return new Uint8Array(0)
    default:
      return octets
  }
}
