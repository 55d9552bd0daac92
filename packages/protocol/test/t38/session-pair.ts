import type { T30Machine } from '../../src/t30/machine.ts'
import type { ReceivedPage } from '../../src/t30/received-page.ts'
import type { T30End } from '../../src/t30/result.ts'
import type { TimelineEntry } from '../../src/t30/timeline.ts'
import { T38Session, type T38SessionEffect, type T38SessionOptions } from '../../src/t38/session.ts'

export interface Side {
  readonly session: T38Session
  readonly timeline: TimelineEntry[]
  readonly datagrams: { readonly atMs: number; readonly octets: Uint8Array }[]
  readonly pages: ReceivedPage[]
  end: T30End | undefined
}

export function side(machine: T30Machine, options: Partial<T38SessionOptions> = {}): Side {
  const session = new T38Session({
    machine,
    version: 0,
    errorCorrection: { kind: 'redundancy', depth: 3 },
    datagramOctetsMax: 400,
    ...options,
  })
  return { session, timeline: [], datagrams: [], pages: [], end: undefined }
}

/** Answers whatever the machine asks, and hands its datagrams on. */
export function drain(from: Side, nowMs: number, send: (octets: Uint8Array) => void): void {
  for (const effect of from.session.takeEffects()) {
    if (effect.kind === 'datagram') {
      from.datagrams.push({ atMs: nowMs, octets: effect.octets })
      send(effect.octets)
    } else if (effect.kind === 'timeline') {
      from.timeline.push(effect.entry)
    } else if (effect.kind === 'end') {
      from.end = effect.end
    } else {
      answer(from, effect, nowMs)
    }
  }
}

function answer(from: Side, effect: T38SessionEffect, nowMs: number): void {
  if (effect.kind === 'check_identity')
    from.session.answer({ kind: 'identity_checked', mayGoOn: true }, nowMs)
  if (effect.kind === 'announce_page') from.session.answer({ kind: 'page_announced' }, nowMs)
  if (effect.kind === 'record_page') from.session.answer({ kind: 'page_recorded' }, nowMs)
  if (effect.kind !== 'commit_page') return
  from.pages.push(effect.page)
  from.session.answer({ kind: 'page_committed' }, nowMs)
}

/** Runs both sides on one clock until neither has anything to do, or until `untilMs`. */
export function runBoth(
  a: Side,
  b: Side,
  untilMs = 3_600_000,
  isLost: (count: number) => boolean = () => false,
): number {
  let nowMs = 0
  let count = 0
  const wire = (to: Side) => (octets: Uint8Array) => {
    if (!isLost(count++)) to.session.receive(octets, nowMs)
  }
  a.session.start(0)
  b.session.start(0)
  for (;;) {
    for (let round = 0; round < 4; round++) {
      drain(a, nowMs, wire(b))
      drain(b, nowMs, wire(a))
    }
    const wakeMs = Math.min(a.session.wakeMs, b.session.wakeMs)
    if (wakeMs > untilMs) return nowMs
    nowMs = wakeMs
    if (a.session.wakeMs <= nowMs) a.session.advance(nowMs)
    if (b.session.wakeMs <= nowMs) b.session.advance(nowMs)
  }
}
