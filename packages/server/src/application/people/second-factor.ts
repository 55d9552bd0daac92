import { hashToken } from '../../domain/access/session.ts'
import { totpStep } from '../../domain/access/totp.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { RelyingParty } from '../../ports/sign-in.ts'
import type { PersonRow } from '../../ports/store/people-store.ts'
import type { Services } from '../services.ts'
import type { FactorHolder } from './factor-holder.ts'
import { countGuess } from './guesses.ts'
import { confirmWithPasskey } from './passkeys.ts'
import { actorOf, auditPerson } from './people-audit.ts'
import { newToken, type Origin } from './sessions.ts'
import { backupCodeHash, totpSecret } from './totp.ts'

/** One of the three. */
export interface GivenFactor {
  readonly code?: string
  readonly backupCode?: string
  readonly passkey?: unknown
}

/**
 * Confirms a session with a second factor: one that waits for it becomes good, in one that has it the factor is fresh again. The session goes on
 * under a new token, so that whoever had the old one is left behind (session fixation).
 *
 * @returns the new token
 * @throws Problem `auth.second_factor_failed`, `limit.sign_in`
 */
export async function giveSecondFactor(
  services: Services,
  holder: FactorHolder,
  given: GivenFactor,
  party: RelyingParty,
  origin: Origin,
): Promise<string> {
  const used = await verify(services, holder.person, given, party, origin)
  if (!used) throw new Problem('auth.second_factor_failed')
  const actor = actorOf(holder.person.id, origin.requestId)
  await auditPerson(services, actor, holder.accountIds, 'session.confirmed', holder.sessionId, {
    factor: used,
  })
  return confirmSession(services, holder.sessionId)
}

/** Goes on with a session whose person has just proved a second factor. @returns its new token */
export async function confirmSession(services: Services, sessionId: string): Promise<string> {
  const token = newToken(services)
  const now = new Date(services.clock.now())
  const promoted = await services.store.asSystem((tx) =>
    tx.sessions.promote(sessionId, hashToken(token), now),
  )
  if (!promoted) throw new Problem('auth.signed_out')
  return token
}

async function verify(
  services: Services,
  person: PersonRow,
  given: GivenFactor,
  party: RelyingParty,
  origin: Origin,
): Promise<'totp' | 'backup_code' | 'passkey' | undefined> {
  if (given.passkey !== undefined) {
    return (await confirmWithPasskey(services, person.id, given.passkey, party)) ? 'passkey' : undefined
  }
  // Six digits are guessed in a million tries: those are counted. Nobody signs 256 bits by guessing.
  const guess = await countGuess(services, 'code', person.id, origin.address)
  const used =
    given.code !== undefined
      ? (await takeTotp(services, person, given.code)) && 'totp'
      : given.backupCode !== undefined &&
        (await takeBackupCode(services, person, given.backupCode)) &&
        'backup_code'
  if (!used) return undefined
  await guess.right()
  return used
}

async function takeTotp(services: Services, person: PersonRow, code: string): Promise<boolean> {
  if (person.totpConfirmedAt === null || person.totpWrapped === null) return false
  const secret = await totpSecret(services, person.id, person.totpWrapped)
  const step = totpStep(secret, code, services.clock.now(), person.totpStep)
  if (step === undefined) return false
  return services.store.asSystem((tx) => tx.credentials.takeTotpStep(person.id, step))
}

function takeBackupCode(services: Services, person: PersonRow, code: string): Promise<boolean> {
  const hash = backupCodeHash(services, person.id, code)
  const now = new Date(services.clock.now())
  return services.store.asSystem((tx) => tx.credentials.useBackupCode(person.id, hash, now))
}
