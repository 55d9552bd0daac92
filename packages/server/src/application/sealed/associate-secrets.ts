import type { ClauseName } from '../../domain/associates/associate.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { AgreementRow, AssociateRow } from '../../ports/store/associate-store.ts'

/** What people wrote about a contract; stored sealed, because free text may hold anything. */
export interface AgreementNotes {
  /** What the contract covers. */
  readonly scope: string
  readonly clauseNotes: { readonly [Name in ClauseName]?: string }
}

export interface OpenAgreement extends Omit<AgreementRow, 'notesSealed'>, AgreementNotes {}

export interface OpenAssociate extends Omit<AssociateRow, 'agreements' | 'exceptionReasonSealed'> {
  readonly agreements: readonly OpenAgreement[]
  readonly exceptionReason: string | null
}

export function sealAgreementNotes(keys: AccountKeys, agreementId: string, notes: AgreementNotes): Buffer {
  return keys.seal(notesPlace(agreementId), JSON.stringify(notes))
}

export function sealExceptionReason(keys: AccountKeys, associateId: string, reason: string): Buffer {
  return keys.seal(reasonPlace(associateId), reason)
}

/** @throws KeyError `tampered` */
export function openAssociate(keys: AccountKeys, row: AssociateRow): OpenAssociate {
  const { exceptionReasonSealed, agreements, ...associate } = row
  return {
    ...associate,
    agreements: agreements.map(({ notesSealed, ...agreement }) => ({
      ...agreement,
      ...(JSON.parse(keys.openText(notesPlace(agreement.id), notesSealed)) as AgreementNotes),
    })),
    exceptionReason: exceptionReasonSealed && keys.openText(reasonPlace(row.id), exceptionReasonSealed),
  }
}

function notesPlace(row: string) {
  return { table: 'associate_agreement', column: 'notes_sealed', row }
}

function reasonPlace(row: string) {
  return { table: 'associate', column: 'exception_reason_sealed', row }
}
