import type { SipAddress, SipTransport } from '@answerback/protocol/sip/address'
import type { SendEffect, UserAgentEffect, UserAgentEvent } from '@answerback/protocol/sip/agent/events'
import type { TrunkSettings, UserAgentOptions } from '@answerback/protocol/sip/agent/options'
import { UserAgent } from '@answerback/protocol/sip/agent/user-agent'
import { textOf } from '@answerback/protocol/sip/message/latin1'
import type { LocalMedia } from '@answerback/protocol/sip/sdp/media'
import { T38_DEFAULTS } from '@answerback/protocol/sip/sdp/t38-parameters'
import { createDice } from '../t4/damage.ts'
import { HASHES } from './hashes.ts'

export const AUDIO = { kind: 'audio', host: '192.0.2.1', port: 20_000, codecs: ['PCMU', 'PCMA'] } as const
export const T38 = {
  kind: 't38',
  host: '192.0.2.1',
  port: 20_002,
  parameters: { ...T38_DEFAULTS, maxBufferBytes: 2000, maxDatagramBytes: 400 },
} satisfies LocalMedia

export function addressOf(name: 'a' | 'b', transport: SipTransport = 'udp'): SipAddress {
  return { transport, host: name === 'a' ? '192.0.2.1' : '192.0.2.2', port: 5060 }
}

export function trunkTo(peer: 'a' | 'b', settings: Partial<TrunkSettings> = {}): TrunkSettings {
  return { id: 'trunk', address: addressOf(peer), domain: 'carrier.example', user: 'clinic', ...settings }
}

export function createAgent(
  name: 'a' | 'b',
  seed: number,
  options: Partial<UserAgentOptions> = {},
): UserAgent {
  const dice = createDice(seed * 2 + (name === 'a' ? 0 : 1_000_003) + 1)
  const { host, port } = addressOf(name)
  return new UserAgent({
    addresses: { udp: { host, port }, tcp: { host, port } },
    entropy: (count) => Uint8Array.from({ length: count }, () => dice(256)),
    hashes: HASHES,
    ...options,
  })
}

/** Decides what becomes of a message on its way: how many copies arrive, and after how long each. */
export type Fate = (message: string, from: 'a' | 'b', nowMs: number) => readonly number[]

interface Flight {
  readonly atMs: number
  readonly to: 'a' | 'b'
  readonly from: SipAddress
  readonly bytes: Uint8Array
}

export interface Sent {
  readonly from: 'a' | 'b'
  readonly text: string
  readonly atMs: number
}

type Reaction = (event: UserAgentEvent, agent: UserAgent, nowMs: number) => void

/** Two user agents and the network between them, on virtual time. */
export class TwoAgents {
  readonly a: UserAgent
  readonly b: UserAgent
  nowMs = 0
  readonly sent: Sent[] = []
  readonly events: Record<'a' | 'b', UserAgentEvent[]> = { a: [], b: [] }
  fate: Fate = () => [10]
  react: Partial<Record<'a' | 'b', Reaction>> = {}
  #flights: Flight[] = []

  constructor(seed = 1, options: Partial<UserAgentOptions> = {}) {
    this.a = createAgent('a', seed, options)
    this.b = createAgent('b', seed, options)
    this.a.addTrunk(trunkTo('b'), 0)
    this.b.addTrunk(trunkTo('a'), 0)
  }

  /** Puts a message of the test's own on the wire, as if the other end had sent it. */
  inject(to: 'a' | 'b', text: string, delayMs = 0): void {
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0))
    this.#flights.push({ atMs: this.nowMs + delayMs, to, from: addressOf(to === 'a' ? 'b' : 'a'), bytes })
  }

  run(untilMs: number): void {
    this.#drain()
    for (;;) {
      const flight = this.#flights.reduce<Flight | undefined>(
        (least, next) => (least && least.atMs <= next.atMs ? least : next),
        undefined,
      )
      const nextMs = Math.min(flight?.atMs ?? Infinity, this.a.wakeMs, this.b.wakeMs)
      if (nextMs > untilMs) break
      this.nowMs = Math.max(this.nowMs, nextMs)
      if (flight !== undefined && flight.atMs <= nextMs) {
        this.#flights.splice(this.#flights.indexOf(flight), 1)
        this[flight.to].receive(flight.bytes, flight.from, this.nowMs)
      }
      this.a.advance(this.nowMs)
      this.b.advance(this.nowMs)
      this.#drain()
    }
    this.nowMs = untilMs
  }

  kinds(name: 'a' | 'b'): string[] {
    return this.events[name].map((event) => event.kind)
  }

  find<K extends UserAgentEvent['kind']>(
    name: 'a' | 'b',
    kind: K,
  ): Extract<UserAgentEvent, { kind: K }> | undefined {
    return this.events[name].find(
      (event): event is Extract<UserAgentEvent, { kind: K }> => event.kind === kind,
    )
  }

  /** First lines of what went over the wire, e.g. `a INVITE`, `b 200 INVITE`. */
  ladder(): string[] {
    return this.sent.map(({ from, text }) => `${from} ${label(text)}`)
  }

  #drain(): void {
    for (let isQuiet = false; !isQuiet; ) {
      isQuiet = true
      for (const name of ['a', 'b'] as const) {
        for (const effect of this[name].takeEffects()) {
          isQuiet = false
          this.#perform(name, effect)
        }
      }
    }
  }

  #perform(name: 'a' | 'b', effect: UserAgentEffect): void {
    if (effect.kind === 'send') {
      this.#carry(name, effect)
      return
    }
    this.events[name].push(effect)
    this.react[name]?.(effect, this[name], this.nowMs)
  }

  #carry(name: 'a' | 'b', { bytes }: SendEffect): void {
    const text = textOf(bytes)
    this.sent.push({ from: name, text, atMs: this.nowMs })
    for (const delayMs of this.fate(text, name, this.nowMs)) {
      const to = name === 'a' ? 'b' : 'a'
      this.#flights.push({ atMs: this.nowMs + delayMs, to, from: addressOf(name), bytes })
    }
  }
}

/** `INVITE` of a request, `200 INVITE` of a response. */
export function label(text: string): string {
  const start = text.slice(0, text.indexOf('\r\n'))
  const method = /\r\nCSeq: \d+ (\S+)/.exec(text)?.[1] ?? ''
  return start.startsWith('SIP/2.0 ') ? `${start.slice(8, 11)} ${method}` : method
}

/** The reactions of a fax machine that answers at once and takes what is offered. */
export function takesEverything(event: UserAgentEvent, agent: UserAgent, nowMs: number): void {
  const media = (kind: 'audio' | 't38') => ({ ...(kind === 'audio' ? AUDIO : T38), host: '192.0.2.2' })
  if (event.kind === 'incoming_call') {
    agent.acceptCall(
      event.callId,
      { media: media(event.offer?.preferred ?? 'audio'), trunkId: 'trunk' },
      nowMs,
    )
  }
  if (event.kind === 'media_offered') agent.acceptOffer(event.callId, media(event.offer.preferred), nowMs)
}
