import type { LinePage } from '@answerback/protocol/t30/line-page'
import type { CallEnd } from '../../../domain/fax/disposition.ts'
import type { CallObserver, CallTrunk, OutboundCall } from '../../../ports/line.ts'
import { CANCELED, callEndOf } from './call-end.ts'
import type { EngineCommand, EngineEvent } from './engine/engine-messages.ts'
import { callProfile } from './trunk-profile.ts'

/** How long a far end may ring; carriers give up at three minutes, people long before. */
const ANSWER_WITHIN_MS = 60_000

interface Placed {
  readonly observer: CallObserver
  readonly ended: PromiseWithResolvers<CallEnd>
  /** The steps told so far, one recorded after the other. */
  recorded: Promise<void>
  fault: unknown
}

type StepEvent = Extract<
  EngineEvent,
  { kind: 'connected' | 'announce_page' | 'record_page' | 'check_identity' | 'call_ended' | 'not_placed' }
>

/** The calls placed by this server that an engine has in hand: each step is recorded before the engine goes on. */
export class OutboundCalls {
  readonly #send: (command: EngineCommand) => void
  readonly #placed = new Map<string, Placed>()

  constructor(send: (command: EngineCommand) => void) {
    this.#send = send
  }

  has(key: string): boolean {
    return this.#placed.has(key)
  }

  async place(
    call: OutboundCall,
    trunk: CallTrunk,
    observer: CallObserver,
    signal: AbortSignal,
  ): Promise<CallEnd> {
    if (signal.aborted) return CANCELED
    const key = call.attemptId
    const placed: Placed = {
      observer,
      ended: Promise.withResolvers(),
      recorded: Promise.resolve(),
      fault: undefined,
    }
    this.#placed.set(key, placed)
    const hangUp = () => this.#send({ kind: 'hang_up', key })
    signal.addEventListener('abort', hangUp, { once: true })
    try {
      this.#send({ kind: 'place', order: orderOf(key, call, trunk, observer.identity !== undefined) })
      const end = await placed.ended.promise
      await placed.recorded
      if (placed.fault !== undefined) throw placed.fault
      return end
    } finally {
      signal.removeEventListener('abort', hangUp)
      this.#placed.delete(key)
    }
  }

  take(event: StepEvent): void {
    const placed = this.#placed.get(event.key)
    if (!placed) return
    switch (event.kind) {
      case 'connected':
        this.#record(event.key, placed, () => placed.observer.connected())
        break
      case 'check_identity':
        this.#record(event.key, placed, async () => {
          const mayGoOn = (await placed.observer.identity?.(event.remoteId)) ?? true
          this.#send({ kind: 'answer', key: event.key, answer: { kind: 'identity_checked', mayGoOn } })
        })
        break
      case 'announce_page':
        this.#record(event.key, placed, async () => {
          await placed.observer.pageSending(event.page, event.isFinal)
          this.#send({ kind: 'answer', key: event.key, answer: { kind: 'page_announced' } })
        })
        break
      case 'record_page':
        this.#record(event.key, placed, async () => {
          await placed.observer.pageConfirmed(event.page)
          this.#send({ kind: 'answer', key: event.key, answer: { kind: 'page_recorded' } })
        })
        break
      case 'call_ended':
        placed.ended.resolve(callEndOf(event.end))
        break
      case 'not_placed':
        placed.ended.reject(new Error(`The fax engine could not begin the call: ${event.reason}.`))
        break
    }
  }

  /** The engine is gone: what became of its calls only their journals tell. */
  fail(error: Error): void {
    for (const placed of this.#placed.values()) placed.ended.reject(error)
  }

  /** What cannot be recorded has not happened: the call ends. */
  #record(key: string, placed: Placed, step: () => Promise<void>): void {
    placed.recorded = placed.recorded.then(async () => {
      if (placed.fault !== undefined) return
      try {
        await step()
      } catch (error) {
        placed.fault = error
        this.#send({ kind: 'hang_up', key })
      }
    })
  }
}

function orderOf(key: string, call: OutboundCall, trunk: CallTrunk, checksIdentity: boolean) {
  const { profile, assertedIdentity } = trunk.settings
  const { learned } = trunk
  return {
    key,
    trunkId: trunk.id,
    to: trunk.dialledNumber,
    from: trunk.callerNumber ?? trunk.settings.username ?? 'anonymous',
    assertedIdentity: assertedIdentity ?? undefined,
    answerWithinMs: ANSWER_WITHIN_MS,
    checksIdentity,
    settings: {
      stationId: call.stationId,
      ecm: profile.ecm && learned.ecm !== false,
      bitRateMax: Math.min(profile.maxBitRate, learned.bitRate ?? profile.maxBitRate),
    },
    profile: callProfile(profile, learned),
    pages: call.pages.map(
      ({ number, page }): LinePage => ({
        number,
        width: page.width,
        rows: page.rows,
        resolution: page.resolution,
        t6: page.t6,
      }),
    ),
  }
}
