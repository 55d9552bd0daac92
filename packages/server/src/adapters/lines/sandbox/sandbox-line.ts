import { Caller } from '@answerback/protocol/t30/caller/caller'
import type { SenderLimits } from '@answerback/protocol/t30/negotiate'
import type { TimelineEntry } from '@answerback/protocol/t30/timeline'
import { DEFAULT_TIMERS } from '@answerback/protocol/t30/timers'
import type { Question } from '@answerback/simulator/call'
import { dial, plainNearEnd } from '@answerback/simulator/dial'
import type { CallEnd } from '../../../domain/fax/disposition.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { CallObserver, Line, OutboundCall } from '../../../ports/line.ts'
import { endOfSession, endOfSetup } from './call-evidence.ts'
import { type Dialled, machineAt } from './numbers.ts'
import { pause, runCall, seedOf } from './run-call.ts'

const LIMITS: SenderLimits = {
  modems: new Set(['V27TER', 'V29', 'V17']),
  bitRateMax: 14_400,
  schemes: new Set(['MH', 'MR', 'MMR']),
  ecm: true,
}

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
  const placed = dial(machine, plainNearEnd(callerFor(call, observer.identity !== undefined)), {
    seed: seedOf(call.attemptId),
  })
  const opening: TimelineEntry[] = [sandboxEntry(dialled), ...placed.setup]
  const { outcome, running } = placed
  if (outcome.kind !== 'up' || !running) {
    return outcome.kind === 'up' ? canceled(opening) : { ...endOfSetup(outcome), timeline: opening }
  }
  if (pace > 0) await pause(clock, outcome.answeredMs * pace, signal)
  if (signal.aborted) return canceled(opening)
  await observer.connected()
  const answer = (question: Question) => record(observer, question)
  await runCall(running, { clock, pace, answer, signal })
  const timeline = [...opening, ...running.call.timelineOf('near')]
  return { ...endOfSession(running.call.endOf('near')!, outcome.answeredMs), timeline }
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
      return { kind: 'identity_checked', mayGoOn: await mayGoOn(observer, question.remoteId) } as const
    case 'commit_page':
      throw new Error('a caller receives no page')
  }
}

/** Nobody who wants to know: anybody will do. */
async function mayGoOn(observer: CallObserver, remoteId: string | undefined): Promise<boolean> {
  return (await observer.identity?.(remoteId)) ?? true
}

function callerFor({ stationId, pages }: OutboundCall, checksIdentity: boolean): Caller {
  return new Caller({
    stationId,
    pages: pages.map(({ number, page }) => ({ number, ...page })),
    limits: LIMITS,
    checksIdentity,
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
