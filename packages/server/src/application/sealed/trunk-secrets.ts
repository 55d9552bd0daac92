import type { AccountKeys } from '../../ports/keyring.ts'
import type { OpenTrunk } from '../../ports/line.ts'
import type { TrunkRow } from '../../ports/store/trunk-store.ts'

export function sealTrunkSecret(keys: AccountKeys, trunkId: string, secret: string): Buffer {
  return keys.seal(secretPlace(trunkId), secret)
}

/** @throws KeyError `tampered` */
export function openTrunk(keys: AccountKeys, trunk: TrunkRow): OpenTrunk {
  const { id, accountId, settings, acknowledgement, secretSealed, updatedAt } = trunk
  const secret = secretSealed && keys.openText(secretPlace(id), secretSealed)
  return { id, accountId, settings, acknowledgement, secret, updatedAt }
}

function secretPlace(row: string) {
  return { table: 'trunk', column: 'secret_sealed', row }
}
