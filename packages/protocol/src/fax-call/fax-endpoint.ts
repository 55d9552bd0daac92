import type { HostPort, SipAddress } from '../sip/address.ts'
import type { UserAgentEffect, UserAgentEvent } from '../sip/agent/events.ts'
import type { PlaceCall, TrunkSettings, UserAgentOptions } from '../sip/agent/options.ts'
import { UserAgent } from '../sip/agent/user-agent.ts'
import { FaxCall } from './fax-call.ts'
import type { FaxCallEffect, FaxCallProfile, OwnerAnswer } from './fax-call-types.ts'
import { audioMedia, t38Media } from './local-media.ts'
import type { FaxRole } from './role.ts'
import type { Signalling } from './signalling.ts'

export interface OutboundFaxCall extends Omit<PlaceCall, 'media'> {
  /** The owner's name for the call. */
  readonly key: string
  readonly role: FaxRole & { kind: 'caller' }
  readonly profile: FaxCallProfile
  readonly port: HostPort
}

export interface AcceptFaxCall {
  readonly role: FaxRole & { kind: 'answerer' }
  readonly profile: FaxCallProfile
  readonly port: HostPort
  readonly trunkId: string
}

type IncomingCall = Extract<UserAgentEvent, { kind: 'incoming_call' }>
type TrunkEvent = Extract<
  UserAgentEvent,
  { kind: 'registered' | 'registration_failed' | 'trunk_healthy' | 'trunk_unhealthy' }
>

export type FaxEndpointEffect =
  | FaxCallEffect
  | { readonly kind: 'sip'; readonly to: SipAddress; readonly octets: Uint8Array }
  /** Answer with `accept` or `reject`; its `callId` is the call's key from then on. */
  | { readonly kind: 'incoming'; readonly incoming: IncomingCall }
  | { readonly kind: 'trunk'; readonly event: TrunkEvent }

/**
 * A SIP user agent and the fax calls on it: all of a fax line but sockets and clock. Several thousand calls may be up; each
 * method does its work at the time given, and `takeEffects` tells what came of it.
 */
export class FaxEndpoint {
  readonly #agent: UserAgent
  readonly #entropy: UserAgentOptions['entropy']
  readonly #calls = new Map<string, FaxCall>()
  /** Keys by the user agent's call ids. */
  readonly #keys = new Map<string, string>()
  readonly #offered = new Map<string, IncomingCall>()
  readonly #trunks = new Set<string>()
  #effects: FaxEndpointEffect[] = []

  constructor(options: UserAgentOptions) {
    this.#agent = new UserAgent(options)
    this.#entropy = options.entropy
  }

  get callCount(): number {
    return this.#calls.size
  }

  addTrunk(settings: TrunkSettings, nowMs: number): void {
    this.#trunks.add(settings.id)
    this.#agent.addTrunk(settings, nowMs)
    this.#drain(nowMs)
  }

  removeTrunk(trunkId: string, nowMs: number): void {
    this.#trunks.delete(trunkId)
    this.#agent.removeTrunk(trunkId, nowMs)
    this.#drain(nowMs)
  }

  /** @returns false when the user agent has no such trunk or is full: nothing was sent, and no effect will come */
  place(call: OutboundFaxCall, nowMs: number): boolean {
    if (!this.#trunks.has(call.trunkId)) return false
    const callId = this.#agent.placeCall({ ...call, media: audioMedia(call.port) }, nowMs)
    if (callId === undefined) return false
    this.#keys.set(callId, call.key)
    this.#calls.set(call.key, this.#newCall(call, callId, nowMs))
    this.#drain(nowMs)
    return true
  }

  /** Takes a call told by `incoming`. @returns false when it is gone by now */
  accept(callId: string, call: AcceptFaxCall, nowMs: number): boolean {
    const incoming = this.#offered.get(callId)
    if (!incoming) return false
    this.#offered.delete(callId)
    const isT38Only = incoming.offer?.preferred === 't38'
    const media = isT38Only ? t38Media(call.port, call.profile, call.role.bitRateMax) : audioMedia(call.port)
    this.#keys.set(callId, callId)
    this.#calls.set(callId, this.#newCall({ ...call, key: callId }, callId, nowMs))
    if (!this.#agent.acceptCall(callId, { media, trunkId: call.trunkId }, nowMs)) {
      this.#forget(callId)
      this.#drain(nowMs)
      return false
    }
    this.#drain(nowMs)
    return true
  }

  reject(callId: string, status: number, nowMs: number): void {
    this.#offered.delete(callId)
    this.#agent.rejectCall(callId, status, nowMs)
    this.#drain(nowMs)
  }

  answer(key: string, answer: OwnerAnswer, nowMs: number): void {
    this.#calls.get(key)?.answer(answer, nowMs)
    this.#drainCall(key)
    this.#drain(nowMs)
  }

  hangUp(key: string, nowMs: number): void {
    this.#calls.get(key)?.hangUp(nowMs)
    this.#drainCall(key)
    this.#drain(nowMs)
  }

  receiveSip(octets: Uint8Array, from: SipAddress, nowMs: number): void {
    this.#agent.receive(octets, from, nowMs)
    this.#drain(nowMs)
  }

  transportFailed(to: SipAddress, nowMs: number): void {
    this.#agent.transportFailed(to, nowMs)
    this.#drain(nowMs)
  }

  receiveMedia(key: string, datagram: Uint8Array, from: HostPort, nowMs: number): void {
    this.#calls.get(key)?.receiveMedia(datagram, from, nowMs)
    this.#drainCall(key)
  }

  /** When the signalling, or the call, has something due; infinity for a key that is no call's. */
  get signallingWakeMs(): number {
    return this.#agent.wakeMs
  }

  callWakeMs(key: string): number {
    return this.#calls.get(key)?.wakeMs ?? Number.POSITIVE_INFINITY
  }

  advanceSignalling(nowMs: number): void {
    this.#agent.advance(nowMs)
    this.#drain(nowMs)
  }

  advanceCall(key: string, nowMs: number): void {
    this.#calls.get(key)?.advance(nowMs)
    this.#drainCall(key)
    this.#drain(nowMs)
  }

  takeEffects(): readonly FaxEndpointEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #newCall(
    call: Pick<OutboundFaxCall, 'key' | 'profile' | 'port'> & { role: FaxRole },
    callId: string,
    nowMs: number,
  ) {
    const { key, role, profile, port } = call
    const agent = this.#agent
    const signalling: Signalling = {
      offerT38: (media, atMs) => agent.offerT38(callId, media, atMs),
      acceptOffer: (media, atMs) => agent.acceptOffer(callId, media, atMs),
      refuseOffer: (status, atMs) => agent.refuseOffer(callId, status, atMs),
      hangUp: (atMs) => agent.hangUp(callId, atMs),
    }
    return new FaxCall({ key, role, profile, port, entropy: this.#entropy }, signalling, nowMs)
  }

  #drain(nowMs: number): void {
    for (let taken = this.#agent.takeEffects(); taken.length > 0; taken = this.#agent.takeEffects()) {
      for (const effect of taken) this.#take(effect, nowMs)
    }
  }

  #take(effect: UserAgentEffect, nowMs: number): void {
    switch (effect.kind) {
      case 'send':
        this.#effects.push({ kind: 'sip', to: effect.to, octets: effect.bytes })
        return
      case 'incoming_call':
        this.#offered.set(effect.callId, effect)
        this.#effects.push({ kind: 'incoming', incoming: effect })
        return
      case 'registered':
      case 'registration_failed':
      case 'trunk_healthy':
      case 'trunk_unhealthy':
        this.#effects.push({ kind: 'trunk', event: effect })
        return
      case 'incoming_refused':
      case 'unreadable_message':
        return
      default:
        this.#signal(effect, nowMs)
    }
  }

  #signal(event: Extract<UserAgentEvent, { callId: string }>, nowMs: number): void {
    const key = this.#keys.get(event.callId)
    if (event.kind === 'failed' || event.kind === 'ended') {
      this.#offered.delete(event.callId)
      this.#keys.delete(event.callId)
    }
    if (key === undefined) return
    this.#calls.get(key)?.signal(event, nowMs)
    this.#drainCall(key)
  }

  #drainCall(key: string): void {
    const call = this.#calls.get(key)
    if (!call) return
    this.#effects.push(...call.takeEffects())
    if (call.hasEnded) this.#calls.delete(key)
  }

  #forget(key: string): void {
    this.#calls.delete(key)
    this.#keys.delete(key)
  }
}
