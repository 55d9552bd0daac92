import type { FaxStatus } from '../../domain/fax/fax.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import { DISPOSITION_CODES } from './disposition-codes.ts'

/** The four words an outbound fax can have for an iFax client; clients loop `while faxStatus == "sending"`. */
export type IFaxStatus = 'sending' | 'delivered' | 'canceled' | 'failed'

/** The outbound fax object. Every number is a JSON number: typed clients declare int. */
export interface IFaxObject {
  readonly jobId: number
  readonly fromNumber: string
  readonly toNumber: string
  /** Seconds from the API call to the end of processing; 0 while there is none. */
  readonly faxCallLength: number
  /** Unix seconds; 0 while the first call has not begun. */
  readonly faxCallStart: number
  /** Unix seconds; 0 while the fax has not ended. */
  readonly faxCallEnd: number
  readonly faxTotalPages: number
  readonly faxTransferredPages: number
  readonly faxStatus: IFaxStatus
  readonly message: string
  readonly code: number
}

export interface FaxNumbers {
  readonly to: string
  readonly from: string | null
}

const STATUS_WORDS: Readonly<Record<FaxStatus, IFaxStatus>> = {
  scheduled: 'sending',
  queued: 'sending',
  preparing: 'sending',
  sending: 'sending',
  retrying: 'sending',
  delivered: 'delivered',
  canceled: 'canceled',
  partially_delivered: 'failed',
  failed: 'failed',
  expired: 'failed',
  outcome_unknown: 'failed',
}

type FaxFacts = Pick<
  FaxRow,
  'jobId' | 'status' | 'disposition' | 'createdAt' | 'startedAt' | 'endedAt' | 'pageCount' | 'pagesConfirmed'
>

export function faxObject(fax: FaxFacts, numbers: FaxNumbers): IFaxObject {
  return {
    jobId: fax.jobId,
    fromNumber: numbers.from ?? '',
    toNumber: numbers.to,
    faxCallLength: fax.endedAt ? unixSeconds(fax.endedAt) - unixSeconds(fax.createdAt) : 0,
    faxCallStart: fax.startedAt ? unixSeconds(fax.startedAt) : 0,
    faxCallEnd: fax.endedAt ? unixSeconds(fax.endedAt) : 0,
    faxTotalPages: fax.pageCount ?? 0,
    faxTransferredPages: fax.pagesConfirmed,
    faxStatus: STATUS_WORDS[fax.status],
    ...outcome(fax),
  }
}

/** The body a webhook of the iFax dialect gets when an outbound fax has ended. */
export interface IFaxSentPayload extends IFaxObject {
  readonly direction: 'sent'
  readonly success: boolean
  /** 0 for the first post of this event, then the number of the retry. */
  readonly retryAttempt: number
}

export function sentPayload(fax: FaxFacts, numbers: FaxNumbers, retryAttempt: number): IFaxSentPayload {
  return { direction: 'sent', ...faxObject(fax, numbers), success: fax.status === 'delivered', retryAttempt }
}

function outcome(fax: FaxFacts): { code: number; message: string } {
  switch (fax.status) {
    case 'scheduled':
      return { code: 0, message: 'SCHEDULED' }
    case 'queued':
    case 'preparing':
    case 'sending':
      return { code: 0, message: 'SENDING' }
    case 'retrying':
      return { code: 0, message: fax.disposition ? DISPOSITION_CODES[fax.disposition].message : 'SENDING' }
    case 'delivered':
    case 'canceled':
    case 'expired':
      return DISPOSITION_CODES[fax.status]
    case 'outcome_unknown':
      return {
        code: DISPOSITION_CODES.outcome_unknown.code,
        message:
          'OUTCOME_UNKNOWN: the last page may have arrived. Call the recipient before sending this fax again.',
      }
    case 'partially_delivered': {
      const { code, message } = DISPOSITION_CODES[fax.disposition ?? 'local_fault']
      const pages = `${fax.pagesConfirmed} of ${fax.pageCount ?? fax.pagesConfirmed} pages arrived`
      return { code, message: `${message}: partial, ${pages}` }
    }
    case 'failed':
      return DISPOSITION_CODES[fax.disposition ?? 'local_fault']
  }
}

function unixSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1_000)
}
