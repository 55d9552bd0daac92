import { addAgreement, type NewAgreement } from '../../src/application/associates/agreements.ts'
import { createAssociate } from '../../src/application/associates/associates.ts'
import type { Services } from '../../src/application/services.ts'
import { type AssociateTies, CLAUSE_NAMES } from '../../src/domain/associates/associate.ts'
import { dayOf } from '../../src/domain/time/calendar-day.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { ACTOR } from './services.ts'

export const NO_TIES: AssociateTies = { trunkIds: [], providerIds: [], webhookHosts: [], systems: [] }

const DAY_MS = 86_400_000

/** The day so many days from now. */
export function inDays(services: Services, days: number): string {
  return dayOf(new Date(services.clock.now() + days * DAY_MS))
}

/** An agreement that was signed today, with every clause, for good. */
export function agreementFrom(services: Services, more: Partial<NewAgreement> = {}): NewAgreement {
  const clauses = Object.fromEntries(
    CLAUSE_NAMES.map((name) => [name, { answer: 'yes', note: null }] as const),
  )
  return {
    signedOn: inDays(services, 0),
    effectiveOn: inDays(services, 0),
    expiresOn: null,
    scope: 'Carries faxes',
    clauses,
    documentId: null,
    ...more,
  }
}

/** An associate without an agreement. */
export async function addAssociate(
  services: Services,
  scope: Scope,
  ties: Partial<AssociateTies> = {},
): Promise<string> {
  const fields = { name: 'Example Telecom', kind: 'carrier', contact: 'privacy@clinic.example' } as const
  const wanted = { ...fields, ties: { ...NO_TIES, ...ties }, exception: null }
  return (await createAssociate(services, scope, ACTOR, wanted)).id
}

/** An associate under an agreement. */
export async function cover(
  services: Services,
  scope: Scope,
  ties: Partial<AssociateTies>,
  more: Partial<NewAgreement> = {},
): Promise<string> {
  const id = await addAssociate(services, scope, ties)
  await addAgreement(services, scope, ACTOR, id, agreementFrom(services, more))
  return id
}
