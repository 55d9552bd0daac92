/** What a hold is about: everything, what lies in a mailbox, one fax, all from or to a number, all of a patient. */
export const HOLD_KINDS = ['account', 'mailbox', 'fax', 'number', 'patient'] as const

export type HoldKind = (typeof HOLD_KINDS)[number]

export interface HoldScope {
  readonly kind: HoldKind
  /** Id of the mailbox, fax or patient, or the number, E.164; `null` for the account. */
  readonly target: string | null
}

export interface ActiveHold extends HoldScope {
  readonly id: string
  /** Faxes that were under it and were moved or linked elsewhere since. */
  readonly keeps: ReadonlySet<string>
}

/** What of a fax decides whether it is held. */
export interface HeldFacts {
  readonly id: string
  readonly mailboxId: string | null
  /** From and to, as they are stored. */
  readonly numbers: readonly string[]
  readonly patientId: string | null
}

/** The holds a fax is under: while there is one, nothing of it is destroyed. */
export function holdsOn(holds: readonly ActiveHold[], fax: HeldFacts): ActiveHold[] {
  return holds.filter((hold) => hold.keeps.has(fax.id) || covers(hold, fax))
}

function covers({ kind, target }: HoldScope, fax: HeldFacts): boolean {
  switch (kind) {
    case 'account':
      return true
    case 'mailbox':
      return fax.mailboxId === target
    case 'fax':
      return fax.id === target
    case 'number':
      return target !== null && fax.numbers.includes(target)
    case 'patient':
      return fax.patientId === target
  }
}
