import type { FaxCallEnd, FaxCallOutcome, Heard } from '@answerback/protocol/fax-call/fax-call-types'
import { MODULATIONS } from '@answerback/protocol/t30/modulation'
import { dispositionOfCause, dispositionOfT30 } from '../../../domain/attempts/t30-disposition.ts'
import type { CallEnd, Disposition } from '../../../domain/fax/disposition.ts'

export const CANCELED: CallEnd = { disposition: 'canceled', dataExchanged: 'none' }

/** A call's end as the engine tells it, in the domain's words, with the evidence beside it. */
export function callEndOf(end: FaxCallEnd): CallEnd {
  const { answeredAfterMs, t38AskedBy, timeline, timelineCut } = end
  return {
    ...describe(end.outcome),
    timeline,
    ...(timelineCut > 0 && { timelineCut }),
    ...(answeredAfterMs !== undefined && { answeredAfterMs }),
    ...(t38AskedBy && { t38Mode: t38AskedBy === 'us' ? 'offer' : 'wait' }),
  }
}

function describe(outcome: FaxCallOutcome): CallEnd {
  switch (outcome.kind) {
    case 'fax':
      return describeFax(outcome.t30)
    case 'not_answered': {
      const { status, q850Cause, cause } = outcome
      const disposition = dispositionOfCause(cause)
      return { disposition, dataExchanged: 'none', sipStatus: status, ...withQ850(q850Cause) }
    }
    case 'no_t38': {
      const { heard, refusedWith } = outcome
      const disposition = withoutT38(heard, refusedWith)
      return {
        disposition,
        dataExchanged: 'none',
        ...(refusedWith !== undefined && { sipStatus: refusedWith }),
      }
    }
    case 'dropped': {
      const disposition = outcome.heard.faxTone ? 'call_dropped' : 'no_fax_tone'
      return { disposition, dataExchanged: 'none', ...withQ850(outcome.q850Cause) }
    }
    case 'canceled':
      return CANCELED
  }
}

function describeFax(t30: Extract<FaxCallOutcome, { kind: 'fax' }>['t30']): CallEnd {
  const { result, settings, remoteId, remoteNsf } = t30
  return {
    ...dispositionOfT30(t30),
    t30Result: result,
    ...(settings && { bitRate: MODULATIONS[settings.modulation].bitRate, ecm: settings.ecm }),
    ...(remoteId !== undefined && { remoteId }),
    ...(remoteNsf !== undefined && { remoteNsf }),
  }
}

/** Where speech was heard and no fax tone, a refusal of T.38 says no more than that a person, or a telephone, answered. */
function withoutT38(heard: Heard, refusedWith: number | undefined): Disposition {
  const isSilentRefusal = refusedWith !== undefined && heard.voiceMs === 0
  return heard.faxTone || isSilentRefusal ? 't38_refused' : 'no_fax_tone'
}

function withQ850(q850Cause: number | undefined) {
  return q850Cause === undefined ? {} : { q850Cause }
}
