import { ParseError } from '../../parse-error.ts'
import type { Headers } from './sip-message.ts'
import { readNumber, splitParameters } from './split.ts'

export interface CSeq {
  readonly number: number
  readonly method: string
}

/** RFC 3261 §8.1.1.5: below 2^31. */
const CSEQ_MAX = 2 ** 31 - 1
/** Longer than any timer we set; a peer that says more means "long". */
const SECONDS_MAX = 7 * 86_400

/**
 * RFC 3261 §20.16.
 * @throws ParseError `sip.cseq`
 */
export function parseCSeq(text: string | undefined): CSeq {
  const parts = /^\s*(\d{1,10})\s+(\S{1,64})\s*$/.exec(text ?? '')
  const number = Number(parts?.[1])
  if (parts === null || number > CSEQ_MAX) throw new ParseError('sip.cseq', 0, 'is not a number and a method')
  return { number, method: parts[2]! }
}

/** What a Reason header says (RFC 3326). Its text is never kept: it may hold anything. */
export interface Reason {
  /** 1–127 (Q.850 table 1). */
  readonly q850Cause: number | undefined
  /** A SIP status given as a reason, e.g. 200: "answered elsewhere". */
  readonly sipCause: number | undefined
}

/**
 * Causes that the far end gives (RFC 3326), the first of each kind. What cannot be read is passed over: a reason changes nothing but a log.
 */
export function readReason(headers: Headers): Reason {
  let q850Cause: number | undefined
  let sipCause: number | undefined
  for (const value of headers.list('reason')) {
    const { value: protocol, parameters } = splitParameters(value, 'reason')
    const cause = readNumber(parameters.get('cause'), 1000)
    if (cause === undefined) continue
    if (/^q\.?850$/i.test(protocol) && cause >= 1 && cause <= 127) q850Cause ??= cause
    if (/^sip$/i.test(protocol) && cause >= 100 && cause <= 699) sipCause ??= cause
  }
  return { q850Cause, sipCause }
}

/** Seconds of Retry-After, Min-Expires, Expires or Min-SE. */
export function readSeconds(headers: Headers, name: string): number | undefined {
  return readNumber(headers.get(name), SECONDS_MAX)
}

interface SessionExpires {
  readonly seconds: number
  readonly refresher: 'uac' | 'uas' | undefined
}

/** RFC 4028 §4. */
export function readSessionExpires(headers: Headers): SessionExpires | undefined {
  const text = headers.get('session-expires')
  if (text === undefined) return undefined
  const { value, parameters } = splitParameters(text, 'session-expires')
  const seconds = readNumber(value, SECONDS_MAX)
  if (seconds === undefined) return undefined
  const refresher = parameters.get('refresher')?.toLowerCase()
  return { seconds, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined }
}
