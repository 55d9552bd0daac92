import type { FaxCallEffect, FaxCallEnd, FaxCallProfile } from '../../src/fax-call/fax-call-types.ts'
import { FaxEndpoint } from '../../src/fax-call/fax-endpoint.ts'
import type { SipAddress } from '../../src/sip/address.ts'
import { createBitmap } from '../../src/t4/bitmap.ts'
import { encodeT6 } from '../../src/t4/t6.ts'
import type { AnswererOptions } from '../../src/t30/answerer/answerer-state.ts'
import type { CallerOptions } from '../../src/t30/caller/caller-state.ts'
import { DEFAULT_COPY_QUALITY } from '../../src/t30/copy-quality.ts'
import type { LinePage } from '../../src/t30/line-page.ts'
import type { ReceivedPage } from '../../src/t30/received-page.ts'
import { DEFAULT_TIMERS } from '../../src/t30/timers.ts'

export const PROFILE: FaxCallProfile = {
  t38: 'auto',
  t38Version: 0,
  errorCorrection: 'redundancy',
  redundancy: 3,
  datagramOctetsMax: undefined,
  isSymmetric: false,
}

export const ANSWERER: AnswererOptions = {
  stationId: '+1 202 555 0101',
  capabilities: {
    canReceive: true,
    hasDocumentToPoll: false,
    modems: new Set(['V17', 'V29', 'V27TER']),
    resolutions: new Set(['standard', 'fine']),
    schemes: new Set(['MH', 'MR', 'MMR']),
    ecm: true,
    prefersShortFrames: false,
    width: 'A4',
    length: 'unlimited',
    scanLine: { standardMs: 0, isHalvedWhenFine: false },
    takesSubAddress: false,
    takesPassword: false,
  },
  cedMs: 2_600,
  copyQuality: DEFAULT_COPY_QUALITY,
  timers: DEFAULT_TIMERS,
}

export function callerOptions(pageCount = 1): CallerOptions {
  return {
    stationId: '+1 202 555 0100',
    pages: Array.from({ length: pageCount }, (_, index) => stripedPage(index + 1)),
    limits: {
      modems: new Set(['V17', 'V29', 'V27TER']),
      bitRateMax: 14_400,
      schemes: new Set(['MH', 'MR', 'MMR']),
      ecm: true,
    },
    checksIdentity: false,
    timers: DEFAULT_TIMERS,
  }
}

/** A page whose every row tells its number. */
function stripedPage(number: number): LinePage {
  const bitmap = createBitmap(1728, 400)
  for (let word = number; word < bitmap.words.length; word += 5)
    bitmap.words[word] = 0x0ff00000 >>> (word % 7)
  return { number, width: 1728, rows: 400, resolution: 'fine', t6: encodeT6(bitmap) }
}

export interface PairOptions {
  readonly callerProfile?: Partial<FaxCallProfile>
  readonly answererProfile?: Partial<FaxCallProfile>
  readonly pageCount?: number
  /** What the called side says to the INVITE. */
  readonly decide?: 'accept' | number
  /** Looks at each SIP message on its way; `drop` loses it. */
  readonly onSip?: (text: string, from: 'caller' | 'answerer') => 'drop' | undefined
  readonly delayMs?: number
}

type Side = 'caller' | 'answerer'
const HOSTS = { caller: '127.0.0.1', answerer: '127.0.0.2' } as const
const MEDIA_PORT = 30_000

interface Delivery {
  readonly atMs: number
  readonly order: number
  readonly act: () => void
}

/** Two endpoints on a virtual network and clock, and owners that say yes to everything. */
export class Pair {
  nowMs = 0
  readonly ends: Partial<Record<Side, FaxCallEnd>> = {}
  readonly endedAtMs: Partial<Record<Side, number>> = {}
  readonly pages: ReceivedPage[] = []
  readonly endpoints: Readonly<Record<Side, FaxEndpoint>>
  readonly #options: PairOptions
  readonly #queue: Delivery[] = []
  readonly #keys: Partial<Record<Side, string>> = {}
  #order = 0
  #seed = 1

  constructor(options: PairOptions = {}) {
    this.#options = options
    this.endpoints = { caller: this.#endpoint('caller'), answerer: this.#endpoint('answerer') }
    this.endpoints.caller.addTrunk(
      { id: 'trk', address: this.#sipAddress('answerer'), domain: '127.0.0.2', user: 'zebra' },
      0,
    )
  }

  place(): void {
    const { callerProfile, pageCount } = this.#options
    this.#keys.caller = 'out'
    this.endpoints.caller.place(
      {
        key: 'out',
        trunkId: 'trk',
        to: '+12025550101',
        from: '+12025550100',
        role: { kind: 'caller', bitRateMax: 14_400, options: callerOptions(pageCount) },
        profile: { ...PROFILE, ...callerProfile },
        port: { host: HOSTS.caller, port: MEDIA_PORT },
      },
      this.nowMs,
    )
    this.#drain()
  }

  hangUp(side: Side): void {
    this.endpoints[side].hangUp(this.#keys[side]!, this.nowMs)
    this.#drain()
  }

  /** Until both calls have ended and nothing is on its way, or the time is over. */
  run(limitMs = 600_000): void {
    while (this.nowMs < limitMs) {
      const wakeMs = Math.min(this.#queue[0]?.atMs ?? Number.POSITIVE_INFINITY, ...this.#wakes())
      if (wakeMs === Number.POSITIVE_INFINITY || wakeMs > limitMs) return
      this.nowMs = Math.max(this.nowMs, wakeMs)
      while (this.#queue[0] && this.#queue[0].atMs <= this.nowMs) this.#queue.shift()!.act()
      for (const side of ['caller', 'answerer'] as const) {
        const endpoint = this.endpoints[side]
        if (endpoint.signallingWakeMs <= this.nowMs) endpoint.advanceSignalling(this.nowMs)
        const key = this.#keys[side]
        if (key && endpoint.callWakeMs(key) <= this.nowMs) endpoint.advanceCall(key, this.nowMs)
      }
      this.#drain()
      if (this.ends.caller && this.ends.answerer && this.#queue.length === 0) return
    }
  }

  #wakes(): number[] {
    return (['caller', 'answerer'] as const).flatMap((side) => [
      this.endpoints[side].signallingWakeMs,
      this.endpoints[side].callWakeMs(this.#keys[side] ?? ''),
    ])
  }

  #endpoint(side: Side): FaxEndpoint {
    return new FaxEndpoint({
      addresses: { udp: { host: HOSTS[side], port: 5060 } },
      entropy: (count) => Uint8Array.from({ length: count }, () => this.#random()),
      hashes: { md5: () => '', sha256: () => '' },
      sessionExpiresSeconds: 1_800,
    })
  }

  #random(): number {
    this.#seed = (Math.imul(this.#seed, 1_103_515_245) + 12_345) >>> 0
    return this.#seed >>> 24
  }

  #sipAddress(side: Side): SipAddress {
    return { transport: 'udp', host: HOSTS[side], port: 5060 }
  }

  #later(act: () => void): void {
    this.#queue.push({ atMs: this.nowMs + (this.#options.delayMs ?? 5), order: this.#order++, act })
    this.#queue.sort((a, b) => a.atMs - b.atMs || a.order - b.order)
  }

  #drain(): void {
    for (let isBusy = true; isBusy; ) {
      isBusy = false
      for (const side of ['caller', 'answerer'] as const) {
        for (const effect of this.endpoints[side].takeEffects()) {
          isBusy = true
          if (effect.kind === 'sip') this.#carrySip(side, effect.octets)
          else if (effect.kind === 'incoming') this.#decide(effect.incoming.callId)
          else if (effect.kind !== 'trunk') this.#own(side, effect)
        }
      }
    }
  }

  #carrySip(from: Side, octets: Uint8Array): void {
    if (this.#options.onSip?.(new TextDecoder().decode(octets), from) === 'drop') return
    const to = from === 'caller' ? 'answerer' : 'caller'
    this.#later(() => this.endpoints[to].receiveSip(octets, this.#sipAddress(from), this.nowMs))
  }

  #decide(callId: string): void {
    const { decide = 'accept', answererProfile } = this.#options
    if (decide !== 'accept') {
      this.endpoints.answerer.reject(callId, decide, this.nowMs)
      return
    }
    this.#keys.answerer = callId
    this.endpoints.answerer.accept(
      callId,
      {
        trunkId: 'trk',
        role: { kind: 'answerer', bitRateMax: 14_400, options: ANSWERER },
        profile: { ...PROFILE, ...answererProfile },
        port: { host: HOSTS.answerer, port: MEDIA_PORT },
      },
      this.nowMs,
    )
  }

  #own(side: Side, effect: FaxCallEffect): void {
    const endpoint = this.endpoints[side]
    switch (effect.kind) {
      case 'media': {
        const to = side === 'caller' ? 'answerer' : 'caller'
        const from = { host: HOSTS[side], port: MEDIA_PORT }
        this.#later(() => {
          const key = this.#keys[to]
          if (key) this.endpoints[to].receiveMedia(key, effect.octets, from, this.nowMs)
        })
        break
      }
      case 'announce_page':
        endpoint.answer(effect.call, { kind: 'page_announced' }, this.nowMs)
        break
      case 'record_page':
        endpoint.answer(effect.call, { kind: 'page_recorded' }, this.nowMs)
        break
      case 'check_identity':
        endpoint.answer(effect.call, { kind: 'identity_checked', mayGoOn: true }, this.nowMs)
        break
      case 'commit_page':
        this.pages.push(effect.page)
        endpoint.answer(effect.call, { kind: 'page_committed' }, this.nowMs)
        break
      case 'call_ended':
        this.ends[side] = effect.end
        this.endedAtMs[side] = this.nowMs
        break
      case 'connected':
        break
    }
  }
}
