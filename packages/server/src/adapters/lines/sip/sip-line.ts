import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { CallEnd } from '../../../domain/fax/disposition.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { InboundCalls } from '../../../ports/inbound-calls.ts'
import type { CallObserver, Line, OpenTrunk, OutboundCall, TrunkDirectory } from '../../../ports/line.ts'
import type { Logger } from '../../../ports/logger.ts'
import type { TrunkCheck, TrunkProbe, TrunkStanding } from '../../../ports/trunk-probe.ts'
import type { EngineCommand, EngineEvent, EngineSettings, IncomingOffer } from './engine/engine-messages.ts'
import { type EngineHost, startEngine } from './engine-host.ts'
import { findTrunk } from './find-trunk.ts'
import { InboundReceptions } from './inbound-receptions.ts'
import { OutboundCalls } from './outbound-calls.ts'
import { probeTrunk } from './probe-trunk.ts'
import { TrunkNewsBoard } from './trunk-news.ts'
import { sipTrunk } from './trunk-profile.ts'

export interface SipLineOptions {
  readonly settings: EngineSettings
  readonly directory: TrunkDirectory
  readonly inbound: InboundCalls
  readonly clock: Clock
  readonly log: Logger
}

const SYNC_INTERVAL_MS = 5_000
const SYNC_AGAIN_MS = 500
/** A carrier's addresses change rarely; an INVITE from a new one waits this long at most. */
const RESOLVE_INTERVAL_MS = 60_000
const RESTART_DELAY_MS = 1_000
const DRAIN_POLL_MS = 100
/** 503 moves a carrier on to the next address it has for us (RFC 3261 §21.5.4). */
const UNAVAILABLE = 503

/** SIP trunks as a line: an engine in its own thread, kept in step with the trunks in the database. */
export class SipLine implements Line, TrunkProbe {
  readonly name = 'sip'
  readonly modes = ['live'] as const
  readonly usesTrunks = true
  readonly #options: SipLineOptions
  readonly #outbound: OutboundCalls
  readonly #inbound: InboundReceptions
  readonly #addresses = new Map<string, readonly string[]>()
  #trunks: readonly OpenTrunk[] = []
  /** Versions the engine has. */
  #known = new Map<string, number>()
  readonly #news: TrunkNewsBoard
  #host: EngineHost | undefined
  #resolvedMs = Number.NEGATIVE_INFINITY
  #syncedMs = Number.NEGATIVE_INFINITY
  #cancelSync: () => void = () => undefined
  #isDraining = false
  #isClosed = false

  private constructor(options: SipLineOptions) {
    this.#options = options
    const send = (command: EngineCommand) => this.#host?.send(command)
    this.#outbound = new OutboundCalls(send)
    this.#news = new TrunkNewsBoard(options.clock, options.log)
    this.#inbound = new InboundReceptions(options.inbound, send, options.log)
  }

  /** @throws when the SIP port is taken or its certificate cannot be used */
  static async open(options: SipLineOptions): Promise<SipLine> {
    const line = new SipLine(options)
    await line.#start()
    await line.#sync()
    return line
  }

  async place(call: OutboundCall, observer: CallObserver, signal: AbortSignal): Promise<CallEnd> {
    const { trunk } = call
    if (!trunk) throw new RangeError('a call over SIP needs a trunk')
    // Its thread has died and the next one is not there yet; nobody would ever tell how the call ended.
    if (!this.#host) return { disposition: 'local_fault', dataExchanged: 'none' }
    this.#offerTrunk(trunk)
    return this.#outbound.place(call, trunk, observer, signal)
  }

  /** REGISTER and OPTIONS go out anew, also for a trunk that is not in use yet; that one is forgotten again. */
  async probe(trunk: OpenTrunk, signal: AbortSignal): Promise<readonly TrunkCheck[]> {
    const watch = this.#news.watch(trunk.id)
    this.#host?.send({ kind: 'set_trunk', trunk: sipTrunk(trunk) })
    try {
      return await probeTrunk(trunk, this.#options.settings, watch, signal)
    } finally {
      watch.stop()
      const isInUse = this.#trunks.some(({ id }) => id === trunk.id)
      if (!isInUse) this.#host?.send({ kind: 'remove_trunk', trunkId: trunk.id })
    }
  }

  standing(trunkId: string): TrunkStanding {
    return this.#news.standing(trunkId)
  }

  /** Calls that come in are sent on to another server; those that are up have `graceMs` to end. */
  async close(graceMs = 0): Promise<void> {
    this.#isDraining = true
    const untilMs = this.#options.clock.now() + graceMs
    while (this.#inbound.count > 0 && this.#options.clock.now() < untilMs) {
      await this.#options.clock.sleep(DRAIN_POLL_MS)
    }
    this.#isClosed = true
    this.#cancelSync()
    await this.#host?.close()
    this.#outbound.fail(new Error('The line was closed.'))
    this.#inbound.fail()
    await this.#inbound.settled()
  }

  async #start(): Promise<void> {
    const host = await startEngine(this.#options.settings, {
      event: (event) => this.#take(event),
      died: (error) => this.#onDeath(error),
    })
    // The line may have been closed in the meantime.
    if (this.#isClosed) await host.close()
    else this.#host = host
  }

  #take(event: EngineEvent): void {
    switch (event.kind) {
      case 'opened':
      case 'closed':
        return
      case 'incoming': {
        if (this.#isDraining) {
          this.#host?.send({ kind: 'reject', callId: event.offer.callId, status: UNAVAILABLE })
          return
        }
        void this.#offer(event.offer)
        return
      }
      case 'trunk':
        this.#news.take(event.news)
        return
      case 'commit_page':
        this.#inbound.take(event)
        return
      case 'call_ended':
      case 'not_placed':
        if (this.#outbound.has(event.key)) this.#outbound.take(event)
        else this.#inbound.take(event)
        return
      default:
        this.#outbound.take(event)
    }
  }

  /** A caller that is not known may be a trunk's that was made a moment ago; strangers do not get to ask often. */
  async #offer(offer: IncomingOffer): Promise<void> {
    const find = () => findTrunk(this.#trunks, offer.sourceAddress, this.#addresses)
    const isStale = this.#options.clock.now() - this.#syncedMs >= SYNC_AGAIN_MS
    if (!find() && isStale) await this.#sync()
    await this.#inbound.offer(offer, find())
  }

  /** The thread died of a bug. Its calls end by their journals, and another thread takes new ones. */
  #onDeath(error: Error): void {
    this.#options.log.error('line.engine_died', { error })
    this.#host = undefined
    this.#known = new Map()
    this.#outbound.fail(error)
    this.#inbound.fail()
    if (!this.#isClosed) this.#options.clock.setTimer(RESTART_DELAY_MS, () => void this.#restart())
  }

  async #restart(): Promise<void> {
    if (this.#isClosed) return
    try {
      await this.#start()
      await this.#sync()
    } catch (error) {
      this.#options.log.error('line.engine_not_started', { error })
      this.#options.clock.setTimer(RESTART_DELAY_MS * 5, () => void this.#restart())
    }
  }

  /** Brings the engine's trunks to what the database says, now and every few seconds. */
  async #sync(): Promise<void> {
    this.#cancelSync()
    if (this.#isClosed) return
    this.#syncedMs = this.#options.clock.now()
    try {
      this.#trunks = await this.#options.directory.list()
      const ids = new Set(this.#trunks.map(({ id }) => id))
      for (const trunk of this.#trunks) this.#offerTrunk(trunk)
      for (const trunkId of this.#known.keys()) {
        if (ids.has(trunkId)) continue
        this.#host?.send({ kind: 'remove_trunk', trunkId })
        this.#known.delete(trunkId)
      }
      await this.#resolveHosts()
    } catch (error) {
      this.#options.log.error('line.trunks_not_read', { error })
    }
    this.#cancelSync = this.#options.clock.setTimer(SYNC_INTERVAL_MS, () => void this.#sync())
  }

  /** A call may be the first to know of a trunk that was made a second ago. */
  #offerTrunk(trunk: OpenTrunk): void {
    const version = trunk.updatedAt.getTime()
    if (!this.#host || this.#known.get(trunk.id) === version) return
    this.#known.set(trunk.id, version)
    this.#news.forget(trunk.id)
    this.#host?.send({ kind: 'set_trunk', trunk: sipTrunk(trunk) })
  }

  async #resolveHosts(): Promise<void> {
    const hosts = this.#trunks.map(({ settings }) => settings.host).filter((host) => isIP(host) === 0)
    const isNew = hosts.some((host) => !this.#addresses.has(host))
    if (!isNew && this.#options.clock.now() - this.#resolvedMs < RESOLVE_INTERVAL_MS) return
    this.#resolvedMs = this.#options.clock.now()
    await Promise.all(
      hosts.map(async (host) => {
        const found = await lookup(host, { all: true }).catch(() => undefined)
        // A name that cannot be resolved just now keeps the addresses it had.
        if (found)
          this.#addresses.set(
            host,
            found.map(({ address }) => address),
          )
        else if (!this.#addresses.has(host)) this.#addresses.set(host, [])
      }),
    )
  }
}
