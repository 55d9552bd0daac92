import type { Disposition } from '../fax/disposition.ts'

/** Where a number came from. An order of trust no program may go by: none of them confirms it. */
export const RECIPIENT_SOURCES = ['typed', 'imported', 'ehr', 'nppes', 'fax'] as const

export type RecipientSource = (typeof RECIPIENT_SOURCES)[number]

/** What is stored; `expired` comes with time. */
export type StoredRecipientState = 'unverified' | 'pending' | 'confirmed' | 'suspended'

export const RECIPIENT_STATES = ['unverified', 'pending', 'confirmed', 'expired', 'suspended'] as const

export type RecipientState = (typeof RECIPIENT_STATES)[number]

/**
 * How it is known that the number is the recipient's: the code of a test fax came back, a person compared the digits, or whoever imported
 * the list attests it.
 */
export const CONFIRMATIONS = ['test_fax', 'person', 'attested'] as const

export type Confirmation = (typeof CONFIRMATIONS)[number]

export const SUSPENSIONS = [
  'by_person',
  'misdirected',
  'voice_answered',
  'identity_changed',
  'number_changed',
] as const

export type Suspension = (typeof SUSPENSIONS)[number]

export interface RecipientStanding {
  readonly state: StoredRecipientState
  readonly confirmedAt: Date | null
  readonly lastDeliveredAt: Date | null
}

/** When a confirmation ends: so many months after it or after the last delivery, whichever is later. `null`: there is none. */
export function confirmationEnds(standing: RecipientStanding, expiryMonths: number): Date | null {
  const { state, confirmedAt, lastDeliveredAt } = standing
  if (state !== 'confirmed' || confirmedAt === null) return null
  const from = lastDeliveredAt !== null && lastDeliveredAt > confirmedAt ? lastDeliveredAt : confirmedAt
  return monthsAfter(from, expiryMonths)
}

export function recipientState(standing: RecipientStanding, expiryMonths: number, now: Date): RecipientState {
  const ends = confirmationEnds(standing, expiryMonths)
  return ends !== null && ends <= now ? 'expired' : standing.state
}

/** Same day of the month, or its last one: 31 August and six months is 28 February. UTC. */
function monthsAfter(from: Date, months: number): Date {
  const wanted = new Date(from)
  wanted.setUTCDate(1)
  wanted.setUTCMonth(wanted.getUTCMonth() + months)
  const lastDay = new Date(Date.UTC(wanted.getUTCFullYear(), wanted.getUTCMonth() + 1, 0)).getUTCDate()
  wanted.setUTCDate(Math.min(from.getUTCDate(), lastDay))
  return wanted
}

/** A person who picks up once may be clearing a jam; twice in a row it is a telephone. */
const VOICE_ANSWERS_MAX = 2

export interface LearntFromCall {
  /** Answers by something that is no fax machine, one after the other, with this one. */
  readonly voiceAnswers: number
  readonly suspended: Suspension | undefined
}

/** What an attempt that ended says about the number it called, but for who answered. */
export function learnFromCall(disposition: Disposition, voiceAnswersBefore: number): LearntFromCall {
  switch (disposition) {
    case 'delivered':
      return { voiceAnswers: 0, suspended: undefined }
    case 'no_fax_tone': {
      const voiceAnswers = voiceAnswersBefore + 1
      return { voiceAnswers, suspended: voiceAnswers >= VOICE_ANSWERS_MAX ? 'voice_answered' : undefined }
    }
    case 'number_unassigned':
      return { voiceAnswers: voiceAnswersBefore, suspended: 'number_changed' }
    case 'identity_refused':
      return { voiceAnswers: voiceAnswersBefore, suspended: 'identity_changed' }
    default:
      return { voiceAnswers: voiceAnswersBefore, suspended: undefined }
  }
}
