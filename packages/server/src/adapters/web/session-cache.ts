import { assertRunning, authenticateSession } from '../../application/people/authenticate-session.ts'
import type { Services } from '../../application/services.ts'
import { hashToken } from '../../domain/access/session.ts'
import type { SessionFacts } from '../../ports/store/session-store.ts'

/** A session that was ended, or a person who was changed, is noticed within this time on every server process. */
const LIFETIME_MS = 3000
/** That a session is used is written this often, so its idle time is right to half a minute on the short side. */
const TOUCH_EVERY_MS = 30_000
const SESSIONS_MAX = 10_000

interface Entry {
  found: Promise<SessionFacts>
  until: number
  seenAt: number
  writtenAt: number
}

export interface SessionCache {
  /** What a token's session may be judged by, now. @throws Problem `auth.signed_out` */
  find(token: string): Promise<SessionFacts>
  /** Reads a person's sessions anew on this process at once; others follow within three seconds. */
  forgetPerson(personId: string): void
  forget(token: string): void
}

/** Remembers sessions for a few seconds, as keys are. */
export function createSessionCache(services: Services): SessionCache {
  const entries = new Map<string, Entry>()
  const nameOf = (token: string) => hashToken(token).toString('base64')

  const touch = (entry: Entry, facts: SessionFacts, now: number) => {
    entry.seenAt = Math.max(entry.seenAt, now)
    if (now - Math.max(entry.writtenAt, facts.session.lastSeenAt.getTime()) < TOUCH_EVERY_MS) return
    entry.writtenAt = now
    services.store
      .asSystem((tx) => tx.sessions.touch(facts.session.id, new Date(now)), { durable: false })
      .catch((error: unknown) => services.log.warn('session.touch_failed', { error }))
  }

  return {
    async find(token) {
      const now = services.clock.now()
      const name = nameOf(token)
      const held = entries.get(name)
      const entry: Entry =
        held !== undefined && now < held.until
          ? held
          : {
              found: authenticateSession(services, token),
              until: now + LIFETIME_MS,
              seenAt: held?.seenAt ?? 0,
              writtenAt: held?.writtenAt ?? 0,
            }
      entries.delete(name)
      entries.set(name, entry)
      if (entries.size > SESSIONS_MAX) entries.delete(entries.keys().next().value!)
      try {
        const facts = await entry.found
        assertRunning(facts, services.policy.people, now, entry.seenAt)
        touch(entry, facts, now)
        return facts
      } catch (error) {
        entries.delete(name)
        throw error
      }
    },
    forget(token) {
      entries.delete(nameOf(token))
    },
    forgetPerson(personId) {
      for (const [name, { found }] of entries) {
        found.then(
          ({ person }) => {
            if (person.id === personId) entries.delete(name)
          },
          () => undefined,
        )
      }
    },
  }
}
