import * as machines from '@answerback/simulator/machines/answering'
import type { AnsweringMachine } from '@answerback/simulator/machines/machine'
import { type E164, sandboxNumber } from '../../../domain/numbers/number.ts'

/** What of a call a number's machine may depend on. */
export interface CallFacts {
  /** 1 for the first call of a fax: "busy twice" counts the fax's calls, not this process's. */
  readonly attemptNumber: number
  /** Of the whole fax; a resumed call starts above 1. */
  readonly firstPage: number
  /** In this call. */
  readonly pageCount: number
}

export interface Dialled {
  readonly machine: AnsweringMachine
  /** Real milliseconds for a virtual one; 0: as fast as it goes. */
  readonly pace: number
}

type Choose = (facts: CallFacts) => AnsweringMachine

/** Seconds a page, for whoever wants to see a call in progress, and not the real line's half minute. */
const SLOW_PACE = 0.25
const SLOW_CODE = 7

/** By the last two digits of +1 <area> 555 01NN. Those not named are out of service, as an unassigned number is. */
const ANSWERBACK: Readonly<Record<number, Choose>> = {
  0: () => machines.GOOD_MACHINE,
  1: () => machines.BUSY,
  2: () => machines.NO_ANSWER,
  3: () => machines.SILENT,
  4: () => machines.UNASSIGNED,
  5: (facts) => machines.dropsMidPage(secondPage(facts)),
  6: ({ attemptNumber }) => (attemptNumber <= 2 ? machines.BUSY : machines.GOOD_MACHINE),
  [SLOW_CODE]: () => machines.GOOD_MACHINE,
  8: () => machines.CONGESTED,
  9: () => machines.trainingFails(),
  10: () => machines.freezesMidPage(1),
  11: () => machines.CARRIER_DOWN,
  12: ({ pageCount }) => machines.dropsBeforeAnswer(pageCount),
  20: () => machines.refusesPages(1),
  21: () => machines.refusesPages(),
  22: () => machines.missesEcmFrames(6),
  23: () => machines.missesEcmFrames(),
  24: () => machines.storesIn(20_000),
  25: () => machines.storesIn(undefined),
  26: () => machines.NO_ECM,
  27: () => machines.STANDARD_ONLY,
  28: (facts) => machines.dropsAfterImage(secondPage(facts)),
  29: () => machines.DISCONNECTS_BEFORE_PAGE,
  30: () => machines.WRONG_ID,
  31: () => machines.CHANGING_ID,
  32: () => machines.JUNK,
  33: () => machines.TINY_DATAGRAM,
  34: () => machines.NO_T38,
  35: () => machines.HUMAN,
  36: () => machines.LOSS_5,
  37: () => machines.LOSS_20,
  38: () => machines.silentAfterMcf(1),
  39: ({ pageCount }) => machines.silentInsteadOfMcf(pageCount),
  40: () => machines.OLD_MACHINE,
  41: () => machines.SLOW_PRINTER,
  42: () => machines.trainingFails(2),
  43: ({ pageCount }) => machines.disconnectsInsteadOfMcf(pageCount),
  44: () => machines.REJECTING,
  45: () => machines.NUMBER_CHANGED,
  46: () => machines.LATE,
  47: () => machines.SHORT_FRAMES,
}

/** InterFAX's simulator takes any of its status codes; those whose meaning is published are played as they are. */
const INTERFAX: Readonly<Record<number, AnsweringMachine>> = {
  0: machines.GOOD_MACHINE,
  263: machines.BUSY,
  6017: machines.BUSY,
}

export function machineAt(number: E164, facts: CallFacts): Dialled {
  const known = sandboxNumber(number)
  switch (known?.plan) {
    case 'answerback': {
      const pace = known.code === SLOW_CODE ? SLOW_PACE : 0
      return { machine: ANSWERBACK[known.code]?.(facts) ?? machines.UNASSIGNED, pace }
    }
    case 'interfax':
      return { machine: INTERFAX[known.code] ?? unpublished(known.code), pace: 0 }
    case 'sinch':
      return { machine: machines.GOOD_MACHINE, pace: 0 }
    default:
      return { machine: machines.UNASSIGNED, pace: 0 }
  }
}

function unpublished(code: number): AnsweringMachine {
  return { ...machines.DISCONNECTS_BEFORE_PAGE, name: `InterFAX code ${code}: disconnects (DCN)` }
}

/** The fax's second page or the one after it, or its only one: what follows a page that was confirmed. */
function secondPage({ firstPage, pageCount }: CallFacts): number {
  return firstPage === 1 && pageCount > 1 ? 2 : 1
}
