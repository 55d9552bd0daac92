import type { SipAddress } from '../address.ts'
import type { Alarm } from '../alarms.ts'
import type { SipRequest, SipResponse } from '../message/sip-message.ts'
import { writeMessage } from '../message/write-message.ts'
import type { Core } from './core.ts'

interface Awaited {
  readonly onAck: (ack: SipRequest) => void
  repeat: Alarm
  readonly deadline: Alarm
}

/** Repeats a 2xx to INVITE until its ACK comes, on streams too, as hops behind them may be UDP (RFC 3261 §13.3.1.4). */
export class SuccessRepeater {
  readonly #core: Core
  readonly #onNoAck: () => void
  readonly #awaited = new Map<number, Awaited>()

  /** @param onNoAck 64·T1 passed: the dialog must be ended. */
  constructor(core: Core, onNoAck: () => void) {
    this.#core = core
    this.#onNoAck = onNoAck
  }

  get isWaiting(): boolean {
    return this.#awaited.size > 0
  }

  /** Starts after the first copy went out. */
  start(cseq: number, response: SipResponse, to: SipAddress, onAck: (ack: SipRequest) => void): void {
    const { alarms, nowMs, timers } = this.#core
    const bytes = writeMessage(response)
    const repeatAfter = (intervalMs: number): Alarm =>
      alarms.set(this.#core.nowMs + intervalMs, () => {
        this.#core.send(to, bytes)
        awaited.repeat = repeatAfter(Math.min(intervalMs * 2, timers.t2Ms))
      })
    const deadline = alarms.set(nowMs + 64 * timers.t1Ms, () => {
      this.#drop(cseq)
      this.#onNoAck()
    })
    const awaited: Awaited = { onAck, repeat: repeatAfter(timers.t1Ms), deadline }
    this.#awaited.set(cseq, awaited)
  }

  /** The ACK with that number; a repeated one changes nothing. */
  receiveAck(cseq: number, ack: SipRequest): void {
    const awaited = this.#awaited.get(cseq)
    if (awaited === undefined) return
    this.#drop(cseq)
    awaited.onAck(ack)
  }

  stop(): void {
    for (const cseq of [...this.#awaited.keys()]) this.#drop(cseq)
  }

  #drop(cseq: number): void {
    const awaited = this.#awaited.get(cseq)
    if (awaited === undefined) return
    this.#core.alarms.cancel(awaited.repeat)
    this.#core.alarms.cancel(awaited.deadline)
    this.#awaited.delete(cseq)
  }
}
