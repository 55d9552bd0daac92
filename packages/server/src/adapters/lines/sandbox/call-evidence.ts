import { causeOfFailure } from '@answerback/protocol/sip/call-end'
import { MODULATIONS } from '@answerback/protocol/t30/modulation'
import type { T30End } from '@answerback/protocol/t30/result'
import type { SetupOutcome } from '@answerback/simulator/exchange'
import { dispositionOfCause, dispositionOfT30 } from '../../../domain/attempts/t30-disposition.ts'
import type { CallEnd } from '../../../domain/fax/disposition.ts'

/** How a call ended that never came to T.30. */
export function endOfSetup(outcome: Exclude<SetupOutcome, { kind: 'up' }>): CallEnd {
  const none = { dataExchanged: 'none' } as const
  switch (outcome.kind) {
    case 'unreachable':
      return { ...none, disposition: dispositionOfCause('carrier_down') }
    case 't38_refused': {
      const { status, answeredMs } = outcome
      const disposition = dispositionOfCause(causeOfFailure(status, undefined))
      return { ...none, disposition, sipStatus: status, answeredAfterMs: answeredMs }
    }
    case 'refused': {
      const { status, q850Cause } = outcome
      const disposition = dispositionOfCause(causeOfFailure(status, q850Cause))
      return { ...none, disposition, sipStatus: status, q850Cause }
    }
  }
}

/** How a call ended that did. */
export function endOfSession(end: T30End, answeredAfterMs: number): CallEnd {
  const { result, settings, remoteId, remoteNsf } = end
  return {
    ...dispositionOfT30(end),
    t30Result: result,
    answeredAfterMs,
    ...(settings && { bitRate: MODULATIONS[settings.modulation].bitRate, ecm: settings.ecm }),
    ...(remoteId && { remoteId }),
    ...(remoteNsf && { remoteNsf }),
  }
}
