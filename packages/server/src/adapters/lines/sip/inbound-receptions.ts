import type { ReceivedPage as LineReceivedPage } from '@answerback/protocol/t30/received-page'
import type { InboundCalls } from '../../../ports/inbound-calls.ts'
import type { OpenTrunk } from '../../../ports/line.ts'
import type { Logger } from '../../../ports/logger.ts'
import { keptPage } from '../kept-page.ts'
import { callEndOf } from './call-end.ts'
import type { EngineCommand, EngineEvent, IncomingOffer } from './engine/engine-messages.ts'
import { callProfile } from './trunk-profile.ts'

interface Reception {
  readonly id: string
  /** The pages given so far, one stored after the other. */
  stored: Promise<void>
}

type ReceptionEvent = Extract<EngineEvent, { kind: 'commit_page' | 'call_ended' | 'not_placed' }>

const CALLER_GONE = { disposition: 'call_dropped', dataExchanged: 'none' } as const
const NOT_BEGUN = { disposition: 'local_fault', dataExchanged: 'none' } as const
const FORBIDDEN = 403
const SERVER_ERROR = 500

/** The calls that came in and are being answered: a page is durable before the engine may say MCF. */
export class InboundReceptions {
  readonly #calls: InboundCalls
  readonly #send: (command: EngineCommand) => void
  readonly #log: Logger
  readonly #receptions = new Map<string, Reception>()
  /** Engines that died so far: a call of an earlier one cannot be answered. */
  #deaths = 0

  constructor(calls: InboundCalls, send: (command: EngineCommand) => void, log: Logger) {
    this.#calls = calls
    this.#send = send
    this.#log = log
  }

  get count(): number {
    return this.#receptions.size
  }

  /** @param trunk the one the caller's address belongs to; strangers are refused without a word of why */
  async offer(offer: IncomingOffer, trunk: OpenTrunk | undefined): Promise<void> {
    const { callId } = offer
    const deaths = this.#deaths
    if (!trunk) {
      this.#send({ kind: 'reject', callId, status: FORBIDDEN })
      return
    }
    try {
      const decision = await this.#calls.accept({
        trunkId: trunk.id,
        to: offer.called,
        from: offer.caller,
        sourceAddress: offer.sourceAddress,
      })
      if (decision.kind === 'refuse') {
        this.#send({ kind: 'reject', callId, status: decision.sipStatus })
        return
      }
      const { stationId, ecm, maxBitRate, resolutions } = decision.answerer
      const { profile } = trunk.settings
      const reception = { id: decision.receptionId, stored: Promise.resolve() }
      this.#receptions.set(callId, reception)
      if (deaths !== this.#deaths) {
        this.#end(callId, reception, NOT_BEGUN)
        return
      }
      this.#send({
        kind: 'accept',
        order: {
          callId,
          trunkId: trunk.id,
          settings: { stationId, ecm, bitRateMax: maxBitRate },
          resolutions,
          profile: callProfile(profile),
        },
      })
    } catch (error) {
      this.#log.error('line.incoming_failed', { error })
      this.#send({ kind: 'reject', callId, status: SERVER_ERROR })
    }
  }

  take(event: ReceptionEvent): void {
    const reception = this.#receptions.get(event.key)
    if (!reception) return
    switch (event.kind) {
      case 'commit_page':
        reception.stored = reception.stored.then(() => this.#store(event.key, reception, event.page))
        break
      case 'call_ended':
        this.#end(event.key, reception, callEndOf(event.end))
        break
      case 'not_placed':
        this.#end(event.key, reception, event.reason === 'caller_gone' ? CALLER_GONE : NOT_BEGUN)
        break
    }
  }

  /** The engine is gone and its calls with it; the pages stored so far stay. */
  fail(): void {
    this.#deaths++
    for (const [key, reception] of this.#receptions) {
      this.#end(key, reception, { disposition: 'local_fault', dataExchanged: 'some' })
    }
  }

  /** Resolves once every page given is stored, and every end told. */
  async settled(): Promise<void> {
    await Promise.all([...this.#receptions.values()].map(({ stored }) => stored))
  }

  async #store(key: string, { id }: Reception, page: LineReceivedPage): Promise<void> {
    try {
      await this.#calls.pageReceived(id, keptPage(page))
      this.#send({ kind: 'answer', key, answer: { kind: 'page_committed' } })
    } catch (error) {
      this.#log.error('line.page_not_stored', { inboundId: id, error })
      this.#send({ kind: 'answer', key, answer: { kind: 'page_not_committed' } })
    }
  }

  #end(key: string, reception: Reception, end: Parameters<InboundCalls['ended']>[1]): void {
    reception.stored = reception.stored.then(async () => {
      try {
        await this.#calls.ended(reception.id, end)
      } catch (error) {
        // The reception's lease runs out and the sweep ends it, with the pages it has.
        this.#log.error('line.reception_end_failed', { inboundId: reception.id, error })
      } finally {
        this.#receptions.delete(key)
      }
    })
  }
}
