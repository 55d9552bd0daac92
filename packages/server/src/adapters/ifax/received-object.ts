import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import { DISPOSITION_CODES } from './disposition-codes.ts'

/** Both ends as the caller may see them. */
export interface ShownNumbers {
  readonly to: string
  readonly from: string | null
}

/** What iFax tells about a received fax wherever it does. Every number is a JSON number: typed clients declare int. */
interface ReceivedFacts {
  readonly jobId: number
  readonly transactionId: number
  /** Seconds. */
  readonly faxCallLength: number
  /** Unix seconds. */
  readonly faxCallStart: number
  readonly faxCallEnd: number
  readonly faxTotalPages: number
  /** iFax's own word for inbound faxes; its older bodies, and its documents, say `faxTransferredPages`. */
  readonly faxReceivedPages: number
  readonly faxTransferredPages: number
  readonly faxStatus: 'received'
}

type Whole = Pick<
  ReceivedFaxRow,
  'jobId' | 'transactionId' | 'status' | 'disposition' | 'pageCount' | 'startedAt' | 'endedAt'
>

/** A row of `inbound/fax-list` and `inbound/fax-list-all`. */
export interface ReceivedRow extends ReceivedFacts {
  readonly fromNumber: string
  readonly toNumber: string
  /** When its reception ended: RFC 3339, UTC. */
  readonly receivedTime: string
  readonly markedAs: string
  /** Digits; both are empty when the number called is not one of the account's own. */
  readonly numberId: string
  readonly orderId: string
  readonly code: number
  readonly message: string
}

export function receivedRow(
  received: Whole,
  numbers: ShownNumbers,
  called: { readonly numberId: number; readonly orderId: string } | undefined,
  markedAs: string,
): ReceivedRow {
  const { jobId, transactionId, ...facts } = receivedFacts(received)
  return {
    jobId,
    transactionId,
    fromNumber: numbers.from ?? '',
    toNumber: numbers.to,
    ...facts,
    receivedTime: endOf(received).toISOString(),
    markedAs,
    numberId: called === undefined ? '' : String(called.numberId),
    orderId: called?.orderId ?? '',
    ...outcome(received),
  }
}

/** The body a webhook of the iFax dialect gets when a fax came in, key for key as iFax's own. */
export interface IFaxReceivedPayload extends ReceivedFacts {
  readonly direction: 'inbound'
  /** There are pages to fetch. `code` is not 0 when the call ended before the sender said that these were all. */
  readonly success: true
  readonly fromNumber: string
  readonly toNumber: string
  readonly code: number
  readonly message: string
  /** In a retry alone: iFax's first post has no such key. */
  readonly retryAttempt?: number
}

export function receivedPayload(
  received: Whole,
  numbers: ShownNumbers,
  retryAttempt: number,
): IFaxReceivedPayload {
  return {
    direction: 'inbound',
    ...receivedFacts(received),
    success: true,
    fromNumber: numbers.from ?? '',
    toNumber: numbers.to,
    ...outcome(received),
    ...(retryAttempt === 0 ? {} : { retryAttempt }),
  }
}

function receivedFacts(received: Whole): ReceivedFacts {
  const start = unixSeconds(received.startedAt)
  const end = unixSeconds(endOf(received))
  return {
    jobId: received.jobId,
    transactionId: received.transactionId,
    faxCallLength: end - start,
    faxCallStart: start,
    faxCallEnd: end,
    faxTotalPages: received.pageCount,
    faxReceivedPages: received.pageCount,
    faxTransferredPages: received.pageCount,
    faxStatus: 'received',
  }
}

/** Part of a fax is `received` to iFax, which has no other word; what cut it short is said here. */
function outcome({ status, disposition, pageCount }: Whole): { code: number; message: string } {
  if (status === 'received') return DISPOSITION_CODES.delivered
  // One made of parts of faxes has no call of its own that ended somehow.
  const { code, message } = DISPOSITION_CODES[disposition ?? 'outcome_unknown']
  return { code, message: `${message}: partial, ${pageCount} ${pageCount === 1 ? 'page' : 'pages'} arrived` }
}

function endOf({ endedAt, startedAt }: Whole): Date {
  return endedAt ?? startedAt
}

function unixSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1_000)
}
