import type { ActiveHold, HoldScope } from '../../domain/retention/legal-hold.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { ActiveLegalHoldRow, LegalHoldRow } from '../../ports/store/legal-hold-store.ts'

/** A hold with what is encrypted about it in the clear. Never log one. */
export interface OpenHold extends HoldScope {
  readonly hold: LegalHoldRow
  readonly reason: string
}

type SealedHold = Pick<LegalHoldRow, 'targetId' | 'targetSealed' | 'reasonSealed'>

/** Numbers and patients' ids are sealed; ids of our own are not. */
export function sealHold(
  keys: AccountKeys,
  id: string,
  { kind, target }: HoldScope,
  reason: string,
): SealedHold {
  const isSealed = kind === 'number' || kind === 'patient'
  return {
    targetId: isSealed ? null : target,
    targetSealed: isSealed && target !== null ? keys.seal(place(id, 'target_sealed'), target) : null,
    reasonSealed: keys.seal(place(id, 'reason_sealed'), reason),
  }
}

/** @throws KeyError `tampered` */
export function openHold(keys: AccountKeys, hold: LegalHoldRow): OpenHold {
  const reason = keys.openText(place(hold.id, 'reason_sealed'), hold.reasonSealed)
  return { hold, kind: hold.kind, target: openTarget(keys, hold), reason }
}

/** @throws KeyError `tampered` */
export function openActiveHolds(keys: AccountKeys, holds: readonly ActiveLegalHoldRow[]): ActiveHold[] {
  return holds.map((hold) => ({
    id: hold.id,
    kind: hold.kind,
    target: openTarget(keys, hold),
    keeps: new Set(hold.keeps),
  }))
}

function openTarget(keys: AccountKeys, { id, targetId, targetSealed }: LegalHoldRow): string | null {
  return targetSealed === null ? targetId : keys.openText(place(id, 'target_sealed'), targetSealed)
}

function place(row: string, column: string) {
  return { table: 'legal_hold', column, row }
}
