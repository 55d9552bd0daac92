import { setImmediate } from 'node:timers/promises'
import { Caller } from '@answerback/protocol/t30/caller/caller'
import type { SenderLimits } from '@answerback/protocol/t30/negotiate'
import type { TimelineEntry } from '@answerback/protocol/t30/timeline'
import { DEFAULT_TIMERS } from '@answerback/protocol/t30/timers'
import type { Question } from '@answerback/simulator/call'
import { dial, plainNearEnd, type RunningCall } from '@answerback/simulator/dial'
import type { CallEnd } from '../../../domain/disposition.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { CallObserver, Line, OutboundCall } from '../../../ports/line.ts'
import { endOfSession, endOfSetup } from './call-evidence.ts'
import { type Dialled, machineAt } from './numbers.ts'

const LIMITS: SenderLimits = {
  modems: new Set(['V27TER', 'V29', 'V17']),
  bitRateMax: 14_400,
  schemes: new Set(['MH', 'MR', 'MMR']),
  ecm: true,
}
/** Events between two turns of the event loop: some milliseconds, so that a long fax does not hold up a request. */
const SLICE_STEPS = 64
/** Virtual time between two pauses of a paced call. */
const PACED_SLICE_MS = 200

/**
 * The line of test mode. It calls nobody: the number called chooses a simulated far-end machine, and our own T.30 caller
 * faxes it over a simulated T.38 network. What the call came to is what the protocol made of it. Virtual time stands still
 * while the observer writes its records, and runs as fast as it can otherwise.
 */
export function createSandboxLine(clock: Clock): Line {
  return {
    name: 'sandbox',
    modes: ['test'],
    place: (call, observer, signal) => place(clock, call, observer, signal),
  }
}

async function place(
  clock: Clock,
  call: OutboundCall,
  observer: CallObserver,
  signal: AbortSignal,
): Promise<CallEnd> {
  const dialled = machineAt(call.to, {
    attemptNumber: call.attemptNumber,
    firstPage: call.pages[0]!.number,
    pageCount: call.pages.length,
  })
  const { machine, pace } = dialled
  const placed = dial(machine, plainNearEnd(callerFor(call)), { seed: seedOf(call.attemptId) })
  const opening: TimelineEntry[] = [sandboxEntry(dialled), ...placed.setup]
  const { outcome, running } = placed
  if (outcome.kind !== 'up' || !running) {
    return outcome.kind === 'up' ? canceled(opening) : { ...endOfSetup(outcome), timeline: opening }
  }
  if (pace > 0) await pause(clock, outcome.answeredMs * pace, signal)
  if (signal.aborted) return canceled(opening)
  await observer.connected()
  await converse(clock, pace, running, observer, signal)
  const timeline = [...opening, ...running.call.timelineOf('near')]
  return { ...endOfSession(running.call.endOf('near')!, outcome.answeredMs), timeline }
}

/** Runs the call to its end. @throws what the observer rejects with: a step that was not recorded has not happened */
async function converse(
  clock: Clock,
  pace: number,
  { call, line }: RunningCall,
  observer: CallObserver,
  signal: AbortSignal,
): Promise<void> {
  let hasHungUp = false
  for (;;) {
    if (signal.aborted && !hasHungUp) {
      hasHungUp = true
      line.thaw()
      call.hangUp('near')
    }
    const isPaced = pace > 0 && !hasHungUp
    const pausedAt = call.run(isPaced ? { untilMs: call.nowMs + PACED_SLICE_MS } : { stepsMax: SLICE_STEPS })
    switch (pausedAt.kind) {
      case 'over':
        return
      case 'frozen':
        await aborted(signal)
        break
      case 'asks': {
        const answer = await record(observer, pausedAt.question)
        if (!signal.aborted) call.answer('near', answer)
        break
      }
      case 'slice':
        if (isPaced) await pause(clock, PACED_SLICE_MS * pace, signal)
        else await setImmediate()
    }
  }
}

async function record(observer: CallObserver, question: Question) {
  switch (question.kind) {
    case 'announce_page':
      await observer.pageSending(question.page, question.isFinal)
      return { kind: 'page_announced' } as const
    case 'record_page':
      await observer.pageConfirmed(question.page)
      return { kind: 'page_recorded' } as const
    case 'check_identity':
      return { kind: 'identity_checked', mayGoOn: true } as const
    case 'commit_page':
      throw new Error('a caller receives no page')
  }
}

function callerFor({ stationId, pages }: OutboundCall): Caller {
  return new Caller({
    stationId,
    pages: pages.map(({ number, page }) => ({ number, ...page })),
    limits: LIMITS,
    checksIdentity: false,
    timers: DEFAULT_TIMERS,
  })
}

/** First in every timeline, so that nobody takes it for a call's. */
function sandboxEntry({ machine }: Dialled): TimelineEntry {
  return {
    atMs: 0,
    direction: 'local',
    what: 'sandbox: nothing was dialled',
    detail: { machine: machine.name },
  }
}

function canceled(timeline: readonly TimelineEntry[]): CallEnd {
  return { disposition: 'canceled', dataExchanged: 'none', timeline }
}

/** Until the time is over or the signal aborts, whichever is first. */
async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** The same attempt makes the same call (FNV-1a). */
function seedOf(attemptId: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < attemptId.length; i++) hash = Math.imul(hash ^ attemptId.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
