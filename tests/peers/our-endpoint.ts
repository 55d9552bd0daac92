import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import { Answerer } from '@answerback/protocol/t30/answerer/answerer'
import type { AnswererOptions } from '@answerback/protocol/t30/answerer/answerer-state'
import { Caller } from '@answerback/protocol/t30/caller/caller'
import type { CallerOptions } from '@answerback/protocol/t30/caller/caller-state'
import type { Capabilities } from '@answerback/protocol/t30/capabilities'
import { DEFAULT_COPY_QUALITY } from '@answerback/protocol/t30/copy-quality'
import type { LinePage } from '@answerback/protocol/t30/line-page'
import type { T30Machine } from '@answerback/protocol/t30/machine'
import type { ReceivedPage } from '@answerback/protocol/t30/received-page'
import type { T30End } from '@answerback/protocol/t30/result'
import type { TimelineEntry } from '@answerback/protocol/t30/timeline'
import { DEFAULT_TIMERS } from '@answerback/protocol/t30/timers'
import type { T38Version } from '@answerback/protocol/t38/ifp'
import { T38Session, type T38SessionEffect } from '@answerback/protocol/t38/session'
import type { ErrorCorrection } from '@answerback/protocol/t38/udptl'
import type { DatagramEndpoint } from './spandsp/datagram-endpoint.ts'

export interface Transport {
  /** Default 0. */
  readonly version?: T38Version
  /** Default redundancy of depth 3. */
  readonly errorCorrection?: ErrorCorrection
  /** Default 400. */
  readonly datagramOctetsMax?: number
}

export const EVERY_CAPABILITY: Capabilities = {
  canReceive: true,
  hasDocumentToPoll: false,
  modems: new Set(['V17', 'V29', 'V27TER']),
  resolutions: new Set(['standard', 'fine', 'superfine', 'dpi300', 'dpi400']),
  schemes: new Set(['MH', 'MR', 'MMR']),
  ecm: true,
  prefersShortFrames: false,
  width: 'A3',
  length: 'unlimited',
  scanLine: { standardMs: 0, isHalvedWhenFine: false },
  takesSubAddress: true,
  takesPassword: true,
}

export function linePages(pages: readonly Bitmap[], resolution: LinePage['resolution'] = 'fine'): LinePage[] {
  return pages.map((page, index) => ({
    number: index + 1,
    width: page.width,
    rows: page.rows,
    resolution,
    t6: encodeT6(page),
  }))
}

export function ourCaller(
  pages: readonly LinePage[],
  limits: Partial<CallerOptions['limits']> = {},
  transport: Transport = {},
): OurEndpoint {
  const machine = new Caller({
    stationId: '+1 202 555 0100',
    pages,
    limits: {
      modems: new Set(['V17', 'V29', 'V27TER']),
      bitRateMax: 14_400,
      schemes: new Set(['MH', 'MR', 'MMR']),
      ecm: true,
      ...limits,
    },
    checksIdentity: false,
    timers: DEFAULT_TIMERS,
  })
  return new OurEndpoint(machine, transport)
}

export function ourAnswerer(
  capabilities: Partial<Capabilities> = {},
  transport: Transport = {},
  options: Partial<AnswererOptions> = {},
): OurEndpoint {
  const machine = new Answerer({
    stationId: '+1 202 555 0101',
    capabilities: { ...EVERY_CAPABILITY, ...capabilities },
    cedMs: 2_600,
    copyQuality: DEFAULT_COPY_QUALITY,
    timers: DEFAULT_TIMERS,
    ...options,
  })
  return new OurEndpoint(machine, transport)
}

/** Our terminal as one end of a test's call: its owner says yes to everything at once. */
export class OurEndpoint implements DatagramEndpoint {
  readonly pages: ReceivedPage[] = []
  readonly timeline: TimelineEntry[] = []
  end: T30End | undefined
  readonly #session: T38Session
  #out: Uint8Array[] = []

  constructor(machine: T30Machine, transport: Transport) {
    this.#session = new T38Session({
      machine,
      version: transport.version ?? 0,
      errorCorrection: transport.errorCorrection ?? { kind: 'redundancy', depth: 3 },
      datagramOctetsMax: transport.datagramOctetsMax ?? 400,
    })
    this.#session.start(0)
    this.#see(0)
  }

  get isActive(): boolean {
    return this.end === undefined || this.#session.wakeMs < Number.POSITIVE_INFINITY
  }

  get wakeMs(): number {
    return this.#out.length > 0 ? 0 : this.#session.wakeMs
  }

  receive(datagram: Uint8Array, nowMs: number): void {
    this.#session.receive(datagram, nowMs)
    this.#see(nowMs)
  }

  advance(nowMs: number): readonly Uint8Array[] {
    // In the session's own steps, so that nothing is late within the tick.
    while (this.#session.wakeMs <= nowMs) {
      const dueMs = this.#session.wakeMs
      this.#session.advance(dueMs)
      this.#see(dueMs)
    }
    const out = this.#out
    this.#out = []
    return out
  }

  #see(nowMs: number): void {
    for (
      let effects = this.#session.takeEffects();
      effects.length > 0;
      effects = this.#session.takeEffects()
    ) {
      for (const effect of effects) this.#perform(effect, nowMs)
    }
  }

  #perform(effect: T38SessionEffect, nowMs: number): void {
    switch (effect.kind) {
      case 'datagram':
        this.#out.push(effect.octets)
        break
      case 'timeline':
        this.timeline.push(effect.entry)
        break
      case 'end':
        this.end = effect.end
        break
      case 'check_identity':
        this.#session.answer({ kind: 'identity_checked', mayGoOn: true }, nowMs)
        break
      case 'announce_page':
        this.#session.answer({ kind: 'page_announced' }, nowMs)
        break
      case 'record_page':
        this.#session.answer({ kind: 'page_recorded' }, nowMs)
        break
      case 'commit_page':
        this.pages.push(effect.page)
        this.#session.answer({ kind: 'page_committed' }, nowMs)
        break
    }
  }
}
