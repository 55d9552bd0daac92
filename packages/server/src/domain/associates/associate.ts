import type { Day } from '../time/calendar-day.ts'

/** What a business associate does for us (45 CFR 160.103). */
export const ASSOCIATE_KINDS = [
  'carrier',
  'provider',
  'cloud_kms',
  'storage',
  'email',
  'webhook_receiver',
  'llm',
  'other',
] as const
export type AssociateKind = (typeof ASSOCIATE_KINDS)[number]

/** Parts of an installation that a third party may run for it. */
export const ASSOCIATE_SYSTEMS = ['smtp', 'kms', 'storage'] as const
export type AssociateSystem = (typeof ASSOCIATE_SYSTEMS)[number]

/** The ways out that one associate stands behind. */
export interface AssociateTies {
  readonly trunkIds: readonly string[]
  readonly providerIds: readonly string[]
  /** Lower case, without a port. */
  readonly webhookHosts: readonly string[]
  readonly systems: readonly AssociateSystem[]
}

/** What a contract must say (45 CFR 164.504(e)(2), and 164.314(a)(2)(i)(C) for the last). */
export const CLAUSES = {
  permitted_uses: {
    citation: '164.504(e)(2)(i)',
    title: 'establishes the permitted and required uses and disclosures',
  },
  no_other_use: {
    citation: '164.504(e)(2)(ii)(A)',
    title: 'no use or disclosure but those permitted or required by law',
  },
  safeguards: {
    citation: '164.504(e)(2)(ii)(B)',
    title: 'appropriate safeguards, and subpart C for electronic PHI',
  },
  report_misuse: {
    citation: '164.504(e)(2)(ii)(C)',
    title: 'reports uses not provided for, and breaches of unsecured PHI (164.410)',
  },
  subcontractors: {
    citation: '164.504(e)(2)(ii)(D)',
    title: 'subcontractors agree to the same restrictions',
  },
  access: { citation: '164.504(e)(2)(ii)(E)', title: 'makes PHI available to the individual (164.524)' },
  amendment: { citation: '164.504(e)(2)(ii)(F)', title: 'makes PHI available for amendment (164.526)' },
  accounting: {
    citation: '164.504(e)(2)(ii)(G)',
    title: 'keeps what an accounting of disclosures needs (164.528)',
  },
  delegated_duties: {
    citation: '164.504(e)(2)(ii)(H)',
    title: 'keeps to the rules for the duties it carries out for the covered entity',
  },
  books_for_hhs: {
    citation: '164.504(e)(2)(ii)(I)',
    title: 'makes practices, books and records available to the Secretary',
  },
  return_or_destroy: {
    citation: '164.504(e)(2)(ii)(J)',
    title: 'returns or destroys all PHI at the end, or protects what cannot be',
  },
  termination: { citation: '164.504(e)(2)(iii)', title: 'may be ended for a material breach' },
  report_incidents: { citation: '164.314(a)(2)(i)(C)', title: 'reports security incidents' },
} as const satisfies Record<string, { readonly citation: string; readonly title: string }>

export type ClauseName = keyof typeof CLAUSES
export const CLAUSE_NAMES = Object.keys(CLAUSES) as ClauseName[]

export const CLAUSE_ANSWERS = ['yes', 'no', 'not_applicable'] as const
export type ClauseAnswer = (typeof CLAUSE_ANSWERS)[number]
export type ClauseAnswers = { readonly [Name in ClauseName]?: ClauseAnswer }

/** A signed contract. Dates are whole days of UTC: it holds from the start of the first to the end of the last. */
export interface Agreement {
  readonly id: string
  readonly signedOn: Day
  readonly effectiveOn: Day
  /** `null`: until it is ended. */
  readonly expiresOn: Day | null
  readonly clauses: ClauseAnswers
  /** Of the stored contract. */
  readonly documentId: string | null
}

/** Somebody's word that no contract is needed, such as for a conduit (78 FR 5571), up to the end of a day. */
export interface AssociateException {
  readonly until: Day
  readonly at: Date
  /** Id of the key or person. */
  readonly by: string
}

/** What the gate needs to know of an associate. */
export interface Associate {
  readonly id: string
  readonly ties: AssociateTies
  readonly agreements: readonly Agreement[]
  readonly exception: AssociateException | null
  readonly endedAt: Date | null
}

/** A contract that lacks a clause is none (164.504(e)(1)(i)); one that nobody has gone through yet counts, and a check says so. */
function isContract({ clauses }: Agreement): boolean {
  return !CLAUSE_NAMES.some((name) => clauses[name] === 'no')
}

/** Clauses nobody has answered for, and those that are missing from the contract. */
export function openClauses({ clauses }: Agreement): ClauseName[] {
  return CLAUSE_NAMES.filter((name) => clauses[name] === undefined || clauses[name] === 'no')
}

/** The contracts that hold on a day. */
export function currentAgreements(associate: Associate, day: Day): Agreement[] {
  return associate.agreements.filter(
    (agreement) =>
      isContract(agreement) &&
      agreement.signedOn <= day &&
      agreement.effectiveOn <= day &&
      (agreement.expiresOn === null || day <= agreement.expiresOn),
  )
}

export type Cover = 'agreement' | 'exception'

/** What lets PHI go to an associate on a day; `undefined`: nothing does. */
export function coverOf(associate: Associate, day: Day): Cover | undefined {
  if (associate.endedAt !== null) return undefined
  if (currentAgreements(associate, day).length > 0) return 'agreement'
  return associate.exception && day <= associate.exception.until ? 'exception' : undefined
}
