/** What is known of a purpose. */
interface PurposeFacts {
  /** As HL7 shows the code. */
  readonly display: string
  /** The brief statement an account of disclosures gives, 45 CFR 164.528(b)(2)(iv). */
  readonly statement: string
  /** The clause of 45 CFR 164.528(a)(1) by which it is left out of an account; `null`: it is accounted for. */
  readonly exempt: string | null
}

/** Of `http://terminology.hl7.org/ValueSet/v3-PurposeOfUse`, to which FHIR binds the purpose of an AuditEvent. */
export const PURPOSE_SYSTEM = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'

/**
 * Why a clinic sends a fax: the codes of HL7 v3 PurposeOfUse that it needs, of 63, each with what 45 CFR 164.528 makes of it. Where a code covers
 * both what is exempt and what is not, such as research with and without an authorization, it counts: too long an account is no violation.
 */
export const PURPOSES = {
  TREAT: { display: 'treatment', statement: 'Treatment', exempt: '164.528(a)(1)(i)' },
  ETREAT: { display: 'Emergency Treatment', statement: 'Emergency treatment', exempt: '164.528(a)(1)(i)' },
  HPAYMT: { display: 'healthcare payment', statement: 'Payment for care', exempt: '164.528(a)(1)(i)' },
  HOPERAT: {
    display: 'healthcare operations',
    statement: 'Running the practice (health care operations)',
    exempt: '164.528(a)(1)(i)',
  },
  /** To the individual, or to whom their authorization under 164.508 names, which (a)(1)(iv) exempts as well. */
  PATRQT: {
    display: 'patient requested',
    statement: "At the patient's own request or authorization",
    exempt: '164.528(a)(1)(ii)',
  },
  FAMRQT: {
    display: 'family requested',
    statement: "To a person involved in the patient's care",
    exempt: '164.528(a)(1)(v)',
  },
  PUBHLTH: {
    display: 'public health',
    statement: 'Public health reporting, 45 CFR 164.512(b)',
    exempt: null,
  },
  HCOMPL: {
    display: 'health compliance',
    statement:
      "Required by law, asked for by an oversight agency, or workers' compensation, 45 CFR 164.512(a), (d) or (l)",
    exempt: null,
  },
  HLEGAL: {
    display: 'legal',
    statement: 'Judicial or administrative proceeding or law enforcement, 45 CFR 164.512(e) or (f)',
    exempt: null,
  },
  HRESCH: { display: 'healthcare research', statement: 'Research, 45 CFR 164.512(i)', exempt: null },
  THREAT: {
    display: 'threat',
    statement: 'To avert abuse or a serious threat, 45 CFR 164.512(c) or (j)',
    exempt: null,
  },
  HDECD: {
    display: 'decedent',
    statement: 'To a coroner, medical examiner or funeral director, 45 CFR 164.512(g)',
    exempt: null,
  },
  DONAT: {
    display: 'donation',
    statement: 'Donation of organs, eyes or tissue, 45 CFR 164.512(h)',
    exempt: null,
  },
} as const satisfies Readonly<Record<string, PurposeFacts>>

export type Purpose = keyof typeof PURPOSES

export const PURPOSE_CODES = Object.keys(PURPOSES) as [Purpose, ...Purpose[]]

export function isPurpose(value: unknown): value is Purpose {
  return (PURPOSE_CODES as readonly unknown[]).includes(value)
}

/** Purposes that an account of disclosures leaves out. */
export const EXEMPT_PURPOSES: readonly Purpose[] = PURPOSE_CODES.filter(
  (code) => PURPOSES[code].exempt !== null,
)

/** What 45 CFR 164.528 asks of a disclosure. */
export interface Accounting {
  readonly isAccountable: boolean
  /** One sentence. */
  readonly because: string
}

/** @param purpose `null`: nobody said; it may be one to account for, so it counts as one */
export function accountingOf(purpose: Purpose | null): Accounting {
  if (purpose === null)
    return { isAccountable: true, because: 'Nobody said why it was sent, so it is accounted for.' }
  const { exempt } = PURPOSES[purpose]
  return exempt === null
    ? { isAccountable: true, because: 'No exception of 45 CFR 164.528(a)(1) is sure to cover this purpose.' }
    : { isAccountable: false, because: `Exempt by 45 CFR ${exempt}.` }
}
