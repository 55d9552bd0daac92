import {
  ACCOUNT_LIMIT,
  type GuessLimit,
  RESET_LIMIT,
  SOURCE_LIMIT,
  sourceOf,
} from '../../domain/access/sign-in-limits.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { Services } from '../services.ts'

const RESETS = 'A new password was asked for too often; whatever was mailed last still works.'

/** What a guess is counted against. */
interface Counted {
  readonly subject: Buffer
  readonly limit: GuessLimit
}

/** A guess that may be looked at; it is counted already, so that however many come at once, no more than the limit is looked at. */
export interface AllowedGuess {
  /** It was right: it and those at the same name before it are forgotten. */
  right(): Promise<void>
}

/** Asking for a new password is no guess, but it mails somebody: it is counted like one, and apart from those. */
export type GuessKind = 'password' | 'code' | 'reset'

/**
 * Counts a guess against whoever is guessed at and where it comes from, on every server process alike, before it is looked at.
 * @param kind a password and a one-time code are guessed at separately
 * @param name whoever is guessed at: counted by a keyed hash, and whether it exists makes no difference
 * @throws Problem `limit.sign_in`
 */
export async function countGuess(
  services: Services,
  kind: GuessKind,
  name: string,
  address: string,
): Promise<AllowedGuess> {
  const isReset = kind === 'reset'
  const account: Counted = {
    subject: subjectOf(services, kind, name),
    limit: isReset ? RESET_LIMIT : ACCOUNT_LIMIT,
  }
  const source: Counted = {
    subject: subjectOf(services, isReset ? 'reset source' : 'source', sourceOf(address)),
    limit: SOURCE_LIMIT,
  }
  const now = new Date(services.clock.now())
  const allowed = await services.store.asSystem(async (tx) => {
    // Both are counted whatever the first says, and in one order, so that two guesses never wait for each other.
    const held: boolean[] = []
    // A flood is refused by reading alone.
    for (const { subject, limit } of [source, account]) {
      if ((await tx.guesses.read(subject, limit.windowMs, now)) >= limit.guesses) return false
    }
    for (const { subject, limit } of [source, account]) {
      held.push((await tx.guesses.count(subject, limit.windowMs, now)) <= limit.guesses)
    }
    return held.every(Boolean)
  })
  if (!allowed) throw new Problem('limit.sign_in', isReset ? { detail: RESETS } : {})
  return {
    right: () =>
      services.store.asSystem(async (tx) => {
        await tx.guesses.forgive(source.subject)
        await tx.guesses.forget(account.subject)
      }),
  }
}

/** Of somebody who has proved otherwise who they are: their new password is not refused for guesses at the old one. */
export async function forgetPasswordGuesses(services: Services, name: string): Promise<void> {
  const subject = subjectOf(services, 'password', name)
  await services.store.asSystem((tx) => tx.guesses.forget(subject))
}

function subjectOf({ keyring }: Services, what: string, value: string): Buffer {
  return keyring.installationHash(`guess ${what}`, value)
}
