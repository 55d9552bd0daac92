import { parseNumber } from '../../../domain/numbers/number.ts'
import {
  parseReference,
  UPSTREAM_STATUSES,
  type UpstreamFax,
  type UpstreamReceived,
  type UpstreamStatus,
} from '../../../domain/providers/upstream-fax.ts'
import type { UpstreamNumber } from '../../../ports/upstream.ts'
import { isObject } from './transport.ts'

/** Rows of one answer that are looked at; more than any page of a list has. */
const ROWS_MAX = 5_000
const PAGES_MAX = 100_000
const NUMBER_CHARACTERS_MAX = 40
/** A cause is a name such as `USER_BUSY`, alone or before a colon; a sentence is dropped, for it may quote anything. */
const CAUSE = /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(?::|$)/
const CAUSE_CHARACTERS_MAX = 40

/** The fax object. `undefined` when it is none: without a reference and a status nothing can be said. */
export function readFax(value: unknown): UpstreamFax | undefined {
  if (!isObject(value)) return undefined
  const reference = parseReference(value.jobId)
  const status = readStatus(value.faxStatus)
  if (reference === undefined || status === undefined) return undefined
  return {
    reference,
    to: readNumber(value.toNumber),
    status,
    pagesTotal: readCount(value.faxTotalPages),
    pagesTransferred: readCount(value.faxTransferredPages),
    code: readInteger(value.code),
    cause: readCause(value.message),
    startedAt: readSeconds(value.faxCallStart),
  }
}

/** A row of `inbound/fax-list-all`. Its names are known in part; those of the webhook's payload are tried as well. */
export function readReceived(value: unknown): UpstreamReceived | undefined {
  if (!isObject(value)) return undefined
  const reference = parseReference(value.jobId)
  if (reference === undefined) return undefined
  return {
    reference,
    transactionId: parseReference(value.transactionId),
    to: readNumber(value.toNumber),
    from: readNumber(value.fromNumber),
    pages: readCount(value.faxReceivedPages) ?? readCount(value.faxTotalPages),
    receivedAt: readTime(value.receivedTime) ?? readSeconds(value.faxCallStart),
  }
}

export function readOwnedNumber(value: unknown): UpstreamNumber | undefined {
  const row = isObject(value) ? value : { faxNumber: value }
  const number = readNumber(row.faxNumber)
  if (number === undefined) return undefined
  return { number, numberId: readName(row.numberId), orderId: readName(row.orderId) }
}

/** What each row reads as, without those that read as nothing. */
export function readRows<T>(value: unknown, read: (row: unknown) => T | undefined): T[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, ROWS_MAX).flatMap((row) => {
    const found = read(row)
    return found === undefined ? [] : [found]
  })
}

function readStatus(value: unknown): UpstreamStatus | undefined {
  return UPSTREAM_STATUSES.find((status) => status === value)
}

export function readNumber(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > NUMBER_CHARACTERS_MAX) return undefined
  return parseNumber(value) ?? parseNumber(`+${value}`)
}

/** An id at the provider: digits or letters, also above 2^53. */
export function readName(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  return typeof text === 'string' && /^[\w-]{1,64}$/.test(text) ? text : undefined
}

function readInteger(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && Math.abs(number) < 2 ** 31
    ? number
    : undefined
}

function readCount(value: unknown): number | undefined {
  const count = readInteger(value)
  return count !== undefined && count >= 0 && count <= PAGES_MAX ? count : undefined
}

function readCause(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const cause = CAUSE.exec(value)?.[1]
  return cause !== undefined && cause.length <= CAUSE_CHARACTERS_MAX ? cause : undefined
}

/** Unix seconds; 0 stands for not yet. */
function readSeconds(value: unknown): Date | undefined {
  const seconds = readInteger(value)
  return seconds !== undefined && seconds > 0 ? new Date(seconds * 1000) : undefined
}

function readTime(value: unknown): Date | undefined {
  if (typeof value === 'number') return readSeconds(value)
  if (typeof value !== 'string' || value.length > 40) return undefined
  const seconds = /^\d{9,10}$/.test(value) ? Number(value) : undefined
  const time = seconds === undefined ? Date.parse(value) : seconds * 1000
  return Number.isNaN(time) ? undefined : new Date(time)
}
