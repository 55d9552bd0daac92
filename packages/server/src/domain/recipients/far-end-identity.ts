import type { E164 } from '../numbers/number.ts'

/** What a machine at a number called itself (CSI, T.30 §5.3.6.2.4). Its owner types it in; it proves nothing, but it seldom changes. */
export interface FarEndIdentity {
  readonly name: string
  readonly firstSeenAt: string
  readonly lastSeenAt: string
  /** Whether somebody stands by it: it was there when the number was confirmed, or nothing spoke against it. */
  readonly accepted: boolean
}

export const IDENTITIES_MAX = 8
const NAME_CHARACTERS_MAX = 20
/** Machines leave out the country, and many the area: a subscriber number of seven digits is the least that tells two apart. */
const DIGITS_MIN = 7
const DIGITS_COMPARED = 10

export type IdentityVerdict = 'silent' | 'first' | 'known' | 'contradicts'

/**
 * How what a far end calls itself fits what is known of the number.
 * @returns `silent` when it calls itself nothing, `first` while nothing is known to compare it with
 */
export function judgeIdentity(
  known: readonly FarEndIdentity[],
  number: E164,
  remoteId: string | undefined,
): IdentityVerdict {
  const said = normalise(remoteId ?? '')
  if (said === '') return 'silent'
  if (isSame(said, normalise(number))) return 'known'
  const accepted = known.filter(({ accepted }) => accepted)
  if (accepted.length === 0) return 'first'
  return accepted.some(({ name }) => isSame(said, normalise(name))) ? 'known' : 'contradicts'
}

/** Adds what was heard, newest first; the one not heard for the longest gives way. */
export function noteIdentity(
  known: readonly FarEndIdentity[],
  remoteId: string,
  at: Date,
  accepted: boolean,
): FarEndIdentity[] {
  const said = normalise(remoteId)
  if (said === '') return [...known]
  const before = known.find(({ name }) => isSame(said, normalise(name)))
  const noted: FarEndIdentity = {
    name: remoteId.trim().slice(0, NAME_CHARACTERS_MAX),
    firstSeenAt: before?.firstSeenAt ?? at.toISOString(),
    lastSeenAt: at.toISOString(),
    accepted: accepted || before?.accepted === true,
  }
  return [noted, ...known.filter((each) => each !== before)].slice(0, IDENTITIES_MAX)
}

export function acceptIdentities(known: readonly FarEndIdentity[]): FarEndIdentity[] {
  return known.map((each) => ({ ...each, accepted: true }))
}

/** Letters in one case and digits: machines write the same number with spaces, a plus and without. */
function normalise(name: string): string {
  return name.toUpperCase().replace(/[^0-9A-Z]/g, '')
}

function isSame(one: string, other: string): boolean {
  if (one === other) return true
  if (/\D/.test(one) || /\D/.test(other)) return false
  const compared = Math.min(one.length, other.length, DIGITS_COMPARED)
  return compared >= DIGITS_MIN && one.slice(-compared) === other.slice(-compared)
}
