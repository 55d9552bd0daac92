import { createHash, randomBytes } from 'node:crypto'
import type { FaxCallEnd } from '@answerback/protocol/fax-call/fax-call-types'
import { FaxEndpoint, type FaxEndpointEffect } from '@answerback/protocol/fax-call/fax-endpoint'
import type { HostPort, SipAddress, SipTransport } from '@answerback/protocol/sip/address'
import { Reach } from '../../../addresses/reach.ts'
import { type EngineClock, MONOTONIC } from './engine-clock.ts'
import type {
  AcceptOrder,
  EngineCommand,
  EngineEvent,
  EngineSettings,
  PlaceOrder,
} from './engine-messages.ts'
import { Lateness } from './lateness.ts'
import { type MediaPort, MediaPorts } from './media-ports.ts'
import { newsOf } from './news-of-trunk.ts'
import { SipSockets } from './sip-sockets.ts'
import { answererRole, callerRole } from './t30-options.ts'
import { WakeQueue } from './wake-queue.ts'

/** What timers lag by is made up for by looking this far ahead: a packet half a millisecond early harms nobody. */
const LOOK_AHEAD_MS = 0.5
/** After this long the sockets get their turn. */
const SLICE_MS = 10
const SIGNALLING = 'signalling'
/** Signalling is looked at at least this often, whatever its deadline. */
const TIMER_MAX_MS = 1_000

/** Of a call that was given up before anything was sent. */
const NEVER_BEGUN: FaxCallEnd = {
  outcome: { kind: 'canceled' },
  answeredAfterMs: undefined,
  t38AskedBy: undefined,
  timeline: [],
  timelineCut: 0,
}

/**
 * The fax engine: sockets, a monotonic clock, and the pure endpoint between them. It runs in a thread of its own, so that
 * nothing the server does holds up a page's packets; whoever opens it talks to it in messages that can be cloned.
 */
export class Engine {
  readonly lateness = new Lateness()
  readonly #settings: EngineSettings
  readonly #emit: (event: EngineEvent) => void
  readonly #clock: EngineClock
  readonly #reach: Reach
  readonly #ports: MediaPorts
  readonly #media = new Map<string, MediaPort>()
  /** Calls to be placed whose port is not open yet. */
  readonly #opening = new Set<string>()
  readonly #queue = new WakeQueue()
  #sockets!: SipSockets
  #endpoint!: FaxEndpoint
  #cancelTimer: () => void = () => undefined
  #timerDueMs = Number.POSITIVE_INFINITY
  #lastMs = 0
  #isClosed = false

  private constructor(settings: EngineSettings, emit: (event: EngineEvent) => void, clock: EngineClock) {
    this.#settings = settings
    this.#clock = clock
    this.#emit = emit
    this.#reach = new Reach(settings.reach)
    this.#ports = new MediaPorts(settings.media, this.#reach)
  }

  /** @throws when the SIP port is taken */
  static async open(
    settings: EngineSettings,
    emit: (event: EngineEvent) => void,
    clock: EngineClock = MONOTONIC,
  ): Promise<Engine> {
    const engine = new Engine(settings, emit, clock)
    engine.#sockets = await SipSockets.open(settings.sip, engine.#reach, {
      received: (bytes, from) => engine.#onSip(bytes, from),
      failed: (to) => engine.#act((nowMs) => engine.#endpoint.transportFailed(to, nowMs)),
    })
    engine.#endpoint = new FaxEndpoint({
      addresses: engine.#addresses(),
      entropy: (count) => randomBytes(count),
      hashes: { md5: (bytes) => hash('md5', bytes), sha256: (bytes) => hash('sha256', bytes) },
      name: settings.name,
      sessionExpiresSeconds: 1_800,
    })
    emit({ kind: 'opened', ports: engine.#sockets.ports })
    return engine
  }

  get callCount(): number {
    return this.#endpoint.callCount
  }

  take(command: EngineCommand): void {
    switch (command.kind) {
      case 'set_trunk':
        this.#act((nowMs) => this.#endpoint.addTrunk(command.trunk, nowMs))
        break
      case 'remove_trunk':
        this.#act((nowMs) => this.#endpoint.removeTrunk(command.trunkId, nowMs))
        break
      case 'place':
        void this.#place(command.order)
        break
      case 'accept':
        void this.#accept(command.order)
        break
      case 'reject':
        this.#act((nowMs) => this.#endpoint.reject(command.callId, command.status, nowMs))
        break
      case 'answer':
        this.#act((nowMs) => this.#endpoint.answer(command.key, command.answer, nowMs), command.key)
        break
      case 'hang_up':
        if (this.#opening.delete(command.key)) break
        this.#act((nowMs) => this.#endpoint.hangUp(command.key, nowMs), command.key)
        break
      case 'close':
        this.close()
        break
    }
  }

  /** Calls still up are cut off: whoever closes waits for them first. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelTimer()
    this.#sockets.close()
    for (const port of this.#media.values()) port.close()
    this.#media.clear()
    this.#emit({ kind: 'closed' })
  }

  async #place(order: PlaceOrder): Promise<void> {
    const { key, settings, pages, checksIdentity, ...rest } = order
    this.#opening.add(key)
    const media = await this.#openMedia(key)
    const isWanted = this.#opening.delete(key)
    if (!isWanted) {
      this.#closeMedia(key)
      this.#emit({ kind: 'call_ended', key, end: NEVER_BEGUN })
      return
    }
    if (!media) {
      this.#emit({ kind: 'not_placed', key, reason: 'no_port' })
      return
    }
    this.#act((nowMs) => {
      const role = callerRole(settings, pages, checksIdentity)
      const port = this.#publicPort(media)
      if (this.#endpoint.place({ ...rest, key, role, port, ...withIdentity(order) }, nowMs)) return
      this.#closeMedia(key)
      this.#emit({ kind: 'not_placed', key, reason: 'no_trunk' })
    }, key)
  }

  async #accept({ callId, trunkId, settings, resolutions, profile }: AcceptOrder): Promise<void> {
    const media = await this.#openMedia(callId)
    if (!media) {
      this.#act((nowMs) => this.#endpoint.reject(callId, 503, nowMs))
      this.#emit({ kind: 'not_placed', key: callId, reason: 'no_port' })
      return
    }
    this.#act((nowMs) => {
      const call = {
        role: answererRole(settings, resolutions),
        profile,
        port: this.#publicPort(media),
        trunkId,
      }
      if (this.#endpoint.accept(callId, call, nowMs)) return
      this.#closeMedia(callId)
      this.#emit({ kind: 'not_placed', key: callId, reason: 'caller_gone' })
    }, callId)
  }

  async #openMedia(key: string): Promise<MediaPort | undefined> {
    const media = await this.#ports.open((octets, from) => this.#onMedia(key, octets, from))
    if (media && this.#isClosed) media.close()
    else if (media) this.#media.set(key, media)
    return this.#isClosed ? undefined : media
  }

  #closeMedia(key: string): void {
    this.#media.get(key)?.close()
    this.#media.delete(key)
  }

  #publicPort(media: MediaPort): HostPort {
    return { host: this.#settings.media.publicHost, port: media.port }
  }

  #addresses(): Partial<Record<SipTransport, HostPort>> {
    const host = this.#settings.media.publicHost
    const addresses: Partial<Record<SipTransport, HostPort>> = {}
    for (const [transport, port] of Object.entries(this.#sockets.ports)) {
      addresses[transport as SipTransport] = { host, port }
    }
    return addresses
  }

  #onSip(bytes: Uint8Array, from: SipAddress): void {
    this.#act((nowMs) => this.#endpoint.receiveSip(bytes, from, nowMs))
  }

  #onMedia(key: string, octets: Uint8Array, from: HostPort): void {
    this.#act((nowMs) => this.#endpoint.receiveMedia(key, octets, from, nowMs), key)
  }

  /** One entry into the endpoint, then what came of it. */
  #act(work: (nowMs: number) => void, key?: string): void {
    if (this.#isClosed) return
    work(this.#now(this.#clock.now()))
    this.#perform(key)
    this.#arm()
  }

  /** The endpoint's time never runs back, though a packet may have been sent half a millisecond early. */
  #now(readMs: number): number {
    this.#lastMs = Math.max(this.#lastMs, readMs)
    return this.#lastMs
  }

  #perform(key?: string): void {
    for (const effect of this.#endpoint.takeEffects()) this.#performOne(effect)
    this.#queue.set(SIGNALLING, this.#endpoint.signallingWakeMs)
    if (key !== undefined) this.#queue.set(key, this.#endpoint.callWakeMs(key))
  }

  #performOne(effect: FaxEndpointEffect): void {
    switch (effect.kind) {
      case 'sip':
        this.#sockets.send(effect.to, effect.octets)
        return
      case 'incoming': {
        const { callId, called, caller, from } = effect.incoming
        const number = caller.assertedUser ?? (caller.user === 'anonymous' ? undefined : caller.user)
        const offer = { callId, called, caller: number, sourceAddress: from.host }
        this.#emit({ kind: 'incoming', offer })
        return
      }
      case 'trunk':
        this.#emit({ kind: 'trunk', news: newsOf(effect.event) })
        return
      case 'media':
        this.#media.get(effect.call)?.send(effect.to, effect.octets)
        break
      case 'call_ended':
        this.#closeMedia(effect.call)
        this.#emit({ kind: 'call_ended', key: effect.call, end: effect.end })
        break
      default: {
        const { call: key, ...rest } = effect
        this.#emit({ ...rest, key })
      }
    }
    this.#queue.set(effect.call, this.#endpoint.callWakeMs(effect.call))
  }

  #arm(): void {
    const dueMs = this.#queue.nextMs
    if (this.#isClosed || dueMs >= this.#timerDueMs) return
    this.#cancelTimer()
    this.#timerDueMs = dueMs
    const delayMs = Math.min(TIMER_MAX_MS, Math.max(0, Math.ceil(dueMs - this.#clock.now() - LOOK_AHEAD_MS)))
    this.#cancelTimer = this.#clock.setTimer(delayMs, () => this.#onTimer())
  }

  #onTimer(): void {
    this.#timerDueMs = Number.POSITIVE_INFINITY
    if (this.#isClosed) return
    const startMs = this.#clock.now()
    for (let readMs = startMs; readMs - startMs < SLICE_MS; readMs = this.#clock.now()) {
      const dueMs = this.#queue.nextMs
      const key = this.#queue.take(readMs + LOOK_AHEAD_MS)
      if (key === undefined) break
      this.#advance(key, dueMs, this.#now(Math.max(readMs, dueMs)))
    }
    this.#arm()
  }

  #advance(key: string, dueMs: number, nowMs: number): void {
    if (key === SIGNALLING) {
      this.#endpoint.advanceSignalling(nowMs)
      this.#perform()
      return
    }
    this.lateness.add(nowMs - dueMs)
    this.#endpoint.advanceCall(key, nowMs)
    this.#perform(key)
    // What is still due has nothing to do; it must not hold the loop.
    if (this.#endpoint.callWakeMs(key) <= nowMs) this.#queue.set(key, nowMs + 1)
  }
}

function withIdentity({ assertedIdentity }: PlaceOrder) {
  return assertedIdentity === undefined ? {} : { assertedIdentity }
}

function hash(algorithm: 'md5' | 'sha256', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex')
}
