/** Guesses of one kind that are looked at, and for how long they count. */
export interface GuessLimit {
  readonly guesses: number
  readonly windowMs: number
}

/**
 * Per account name, so that a botnet gets no further than one machine, and per source, so that one machine gets no further with
 * many names. Guesses beyond them are refused unread. A passkey is not a guess: whoever is kept out by somebody else's guessing signs in with theirs.
 */
export const ACCOUNT_LIMIT: GuessLimit = { guesses: 5, windowMs: 15 * 60_000 }
export const SOURCE_LIMIT: GuessLimit = { guesses: 10, windowMs: 15 * 60_000 }
/** Mails with a new link that one name may be sent: more would help nobody but whoever wants to fill a mailbox. */
export const RESET_LIMIT: GuessLimit = { guesses: 3, windowMs: 15 * 60_000 }

/** What counts as one source: an IPv6 customer has a /64 to take addresses from (RFC 6177). */
export function sourceOf(address: string): string {
  if (!address.includes(':')) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1]!
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
