import { Answerer } from '@answerback/protocol/t30/answerer/answerer'
import type { DriverAnswer } from '@answerback/protocol/t30/machine'
import type { TimelineEntry } from '@answerback/protocol/t30/timeline'
import type { Question } from '@answerback/simulator/call'
import { callIn, plainNearEnd } from '@answerback/simulator/dial'
import { LOSS_5, LOSS_20 } from '@answerback/simulator/machines/answering'
import {
  CALLER_WITHOUT_ECM,
  dropsWhileSending,
  GOOD_CALLER,
  OLD_CALLER,
  POLLING_CALLER,
} from '@answerback/simulator/machines/calling'
import type { CallingMachine } from '@answerback/simulator/machines/machine'
import type { CallEnd } from '../../../domain/fax/disposition.ts'
import type { CallIn, CallingMachineName, CallingMachines } from '../../../ports/calling-machines.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { ReceivedPage } from '../../../ports/inbound-calls.ts'
import { answererOptions } from '../answerer-options.ts'
import { keptPage } from '../kept-page.ts'
import { endOfSession } from './call-evidence.ts'
import { runCall, seedOf } from './run-call.ts'

const MACHINES: Readonly<Record<CallingMachineName, (call: CallIn) => CallingMachine>> = {
  good_machine: () => GOOD_CALLER,
  without_ecm: () => CALLER_WITHOUT_ECM,
  machine_of_1980: () => OLD_CALLER,
  loses_5_percent: () => ({ ...GOOD_CALLER, name: 'good caller, 5 % of packets lost', path: LOSS_5.path }),
  loses_20_percent: () => ({ ...GOOD_CALLER, name: 'good caller, 20 % of packets lost', path: LOSS_20.path }),
  drops_mid_page: ({ dropsOnPage }) => dropsWhileSending(dropsOnPage),
  wants_to_poll: () => POLLING_CALLER,
}

/**
 * Machines that call in over the simulated T.38 network; our own T.30 answerer takes the call. Nobody is called and nothing leaves
 * the process, but every page goes through T.30, and its MCF waits until it is kept.
 */
export function createCallingMachines(clock: Clock): CallingMachines {
  return { callIn: (call, keep) => receive(clock, call, keep) }
}

async function receive(
  clock: Clock,
  call: CallIn,
  keep: (page: ReceivedPage) => Promise<void>,
): Promise<CallEnd> {
  const machine = { ...MACHINES[call.machine](call), stationId: call.stationId }
  const pages = call.pages.map((page, index) => ({ number: index + 1, ...page }))
  const answerer = new Answerer(answererOptions(call.answerer, call.answerer.resolutions))
  const { setup, running } = callIn(machine, pages, plainNearEnd(answerer), { seed: seedOf(call.seed) })
  await runCall(running, { clock, pace: 0, answer: (question) => commit(question, keep) })
  const said: TimelineEntry = {
    atMs: 0,
    direction: 'local',
    what: 'sandbox: a simulated machine called',
    detail: { machine: machine.name },
  }
  const timeline = [said, ...setup, ...running.call.timelineOf('near')]
  return { ...endOfSession(running.call.endOf('near')!, setup.at(-1)?.atMs ?? 0), timeline }
}

/** A page that could not be kept is not confirmed, whatever the reason: its sender has it still. */
async function commit(
  question: Question,
  keep: (page: ReceivedPage) => Promise<void>,
): Promise<DriverAnswer> {
  if (question.kind !== 'commit_page') throw new Error('An answerer is asked to keep pages and nothing else.')
  try {
    await keep(keptPage(question.page))
    return { kind: 'page_committed' }
  } catch {
    return { kind: 'page_not_committed' }
  }
}
