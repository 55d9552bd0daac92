import type { FaxCallEnd, FaxCallProfile } from '@answerback/protocol/fax-call/fax-call-types'
import type { SipTransport } from '@answerback/protocol/sip/address'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import type { LinePage } from '@answerback/protocol/t30/line-page'
import type { ReceivedPage } from '@answerback/protocol/t30/received-page'
import { Engine } from '../../../src/adapters/lines/sip/engine/engine.ts'
import type { EngineClock } from '../../../src/adapters/lines/sip/engine/engine-clock.ts'
import type { EngineEvent, EngineSettings } from '../../../src/adapters/lines/sip/engine/engine-messages.ts'

export const PROFILE: FaxCallProfile = {
  t38: 'auto',
  t38Version: 0,
  errorCorrection: 'redundancy',
  redundancy: 3,
  datagramOctetsMax: undefined,
  isSymmetric: false,
}

export const CALL_SETTINGS = { stationId: '+1 202 555 0100', ecm: true, bitRateMax: 14_400 } as const

const RESOLUTIONS = ['standard', 'fine', 'superfine'] as const

/** Time that runs so many times faster: a page's half minute in a second or two, with all its packets. */
export function fastClock(factor: number): EngineClock {
  return {
    now: () => performance.now() * factor,
    setTimer: (delayMs, fn) => {
      const timer = setTimeout(fn, delayMs / factor)
      return () => clearTimeout(timer)
    },
  }
}

export function engineSettings(
  ports: { firstPort: number; lastPort: number },
  sip: Partial<EngineSettings['sip']> = {},
): EngineSettings {
  return {
    sip: { host: '127.0.0.1', port: 0, tls: null, trustedCertificates: null, ...sip },
    media: { host: '127.0.0.1', publicHost: '127.0.0.1', ...ports },
    name: 'Answerback test',
    reach: { allowLoopback: true },
  }
}

export function testPages(count: number, rows = 300): LinePage[] {
  return Array.from({ length: count }, (_, index) => {
    const bitmap = createBitmap(1728, rows)
    for (let word = index; word < bitmap.words.length; word += 9)
      bitmap.words[word] = 0x00fff000 >>> (word % 11)
    return { number: index + 1, width: 1728, rows, resolution: 'fine', t6: encodeT6(bitmap) }
  })
}

/** An engine whose owner answers every call and says yes to every step. */
export class TestEngine {
  readonly pages: ReceivedPage[] = []
  readonly events: EngineEvent[] = []
  engine!: Engine
  ports: Readonly<Partial<Record<SipTransport, number>>> = {}
  /** What is said to a call that comes in. */
  onIncoming: 'accept' | number = 'accept'
  readonly #ends = new Map<string, PromiseWithResolvers<FaxCallEnd>>()

  static async open(settings: EngineSettings, clock?: EngineClock): Promise<TestEngine> {
    const test = new TestEngine()
    test.engine = await Engine.open(settings, (event) => test.#take(event), clock)
    return test
  }

  end(key: string): Promise<FaxCallEnd> {
    const known = this.#ends.get(key) ?? Promise.withResolvers<FaxCallEnd>()
    this.#ends.set(key, known)
    return known.promise
  }

  /** The end of the first call that came in. */
  async incomingEnd(): Promise<FaxCallEnd> {
    const incoming = this.events.find((event) => event.kind === 'incoming')
    if (incoming?.kind !== 'incoming') throw new Error('no call came in')
    return this.end(incoming.offer.callId)
  }

  trunkTo(port: number, transport: SipTransport = 'udp', id = 'trk_test'): void {
    this.engine.take({
      kind: 'set_trunk',
      trunk: { id, address: { transport, host: '127.0.0.1', port }, domain: '127.0.0.1', user: 'fax' },
    })
  }

  place(key: string, pages: readonly LinePage[], profile: Partial<FaxCallProfile> = {}): void {
    this.engine.take({
      kind: 'place',
      order: {
        key,
        trunkId: 'trk_test',
        to: '+12025550101',
        from: '+12025550100',
        assertedIdentity: undefined,
        answerWithinMs: 60_000,
        checksIdentity: false,
        settings: CALL_SETTINGS,
        profile: { ...PROFILE, ...profile },
        pages,
      },
    })
  }

  #take(event: EngineEvent): void {
    this.events.push(event)
    switch (event.kind) {
      case 'opened':
        this.ports = event.ports
        break
      case 'incoming':
        this.#answer(event.offer.callId)
        break
      case 'announce_page':
        this.engine.take({ kind: 'answer', key: event.key, answer: { kind: 'page_announced' } })
        break
      case 'record_page':
        this.engine.take({ kind: 'answer', key: event.key, answer: { kind: 'page_recorded' } })
        break
      case 'commit_page':
        this.pages.push(event.page)
        this.engine.take({ kind: 'answer', key: event.key, answer: { kind: 'page_committed' } })
        break
      case 'call_ended':
        void this.end(event.key)
        this.#ends.get(event.key)!.resolve(event.end)
        break
      default:
        break
    }
  }

  #answer(callId: string): void {
    const { onIncoming } = this
    if (onIncoming !== 'accept') {
      this.engine.take({ kind: 'reject', callId, status: onIncoming })
      return
    }
    const order = {
      callId,
      trunkId: 'trk_test',
      settings: CALL_SETTINGS,
      resolutions: RESOLUTIONS,
      profile: PROFILE,
    }
    this.engine.take({ kind: 'accept', order })
  }
}
