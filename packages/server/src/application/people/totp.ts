import { base32, TOTP_SECRET_BYTES, totpStep, totpUri } from '../../domain/access/totp.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { PersonRow } from '../../ports/store/people-store.ts'
import type { Services } from '../services.ts'
import type { FactorHolder } from './factor-holder.ts'
import { actorOf, auditPerson } from './people-audit.ts'

const BACKUP_CODES = 10
/** 80 bits: 16 letters in groups of four. */
const BACKUP_CODE_BYTES = 10

/** The seed of a person's one-time codes, wrapped under the master key as nothing but that person's. */
export function totpSecret(services: Services, personId: string, wrapped: Buffer): Promise<Buffer> {
  return services.keyring.unwrapSecret(totpContext(personId), wrapped)
}

export function totpContext(personId: string): string {
  return `totp ${personId}`
}

/** However a backup code is typed: without blanks and dashes, in capitals. */
export function backupCodeHash(services: Services, personId: string, code: string): Buffer {
  const bare = code.toUpperCase().replace(/[^A-Z2-7]/g, '')
  return services.keyring.installationHash('backup code', `${personId} ${bare}`)
}

/**
 * Makes a seed for an authenticator app. It counts once a code of it was seen; a confirmed one works until then.
 * @returns the seed, told once
 * @throws Problem `request.invalid` while there is a confirmed one: remove that first
 */
export async function beginTotp(
  services: Services,
  person: PersonRow,
): Promise<{ secret: string; uri: string }> {
  if (person.totpConfirmedAt !== null) {
    throw new Problem('request.invalid', {
      detail: 'There is an authenticator app already; remove it first.',
    })
  }
  const secret = services.random.bytes(TOTP_SECRET_BYTES)
  const totpWrapped = await services.keyring.wrapSecret(totpContext(person.id), secret)
  await services.store.asSystem((tx) => tx.people.update(person.id, { totpWrapped, totpStep: 0 }))
  return { secret: base32(secret), uri: totpUri(secret, 'Answerback', person.email) }
}

/**
 * Confirms the app with a code it shows.
 * @returns backup codes, told once: each signs in once where the app is lost
 * @throws Problem `auth.second_factor_failed`
 */
export async function confirmTotp(
  services: Services,
  { person, sessionId, accountIds }: FactorHolder,
  code: string,
  requestId: string | null,
): Promise<string[]> {
  const { totpWrapped } = person
  if (totpWrapped === null || person.totpConfirmedAt !== null) throw new Problem('auth.second_factor_failed')
  const secret = await totpSecret(services, person.id, totpWrapped)
  const step = totpStep(secret, code, services.clock.now(), person.totpStep)
  if (step === undefined) throw new Problem('auth.second_factor_failed')
  const codes = Array.from({ length: BACKUP_CODES }, () =>
    base32(services.random.bytes(BACKUP_CODE_BYTES)).replace(/(.{4})(?=.)/g, '$1-'),
  )
  const hashes = codes.map((each) => backupCodeHash(services, person.id, each))
  const actor = actorOf(person.id, requestId)
  await auditPerson(services, actor, accountIds, 'person.totp_added', person.id)
  const totpConfirmedAt = new Date(services.clock.now())
  await services.store.asSystem(async (tx) => {
    if (!(await tx.credentials.takeTotpStep(person.id, step))) throw new Problem('auth.second_factor_failed')
    await tx.people.update(person.id, { totpConfirmedAt })
    await tx.credentials.replaceBackupCodes(person.id, hashes)
    // Sessions that were begun without it would go on without it.
    await tx.sessions.endAll(person.id, 'factor_added', totpConfirmedAt, sessionId)
  })
  return codes
}

/** Takes the app and its backup codes away. */
export async function removeTotp(
  services: Services,
  person: PersonRow,
  accountIds: readonly string[],
  requestId: string | null,
): Promise<void> {
  await auditPerson(services, actorOf(person.id, requestId), accountIds, 'person.totp_removed', person.id)
  await services.store.asSystem(async (tx) => {
    await tx.people.update(person.id, { totpWrapped: null, totpConfirmedAt: null, totpStep: 0 })
    await tx.credentials.replaceBackupCodes(person.id, [])
  })
}
