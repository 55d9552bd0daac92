import type { E164 } from '../../domain/numbers/number.ts'
import type { NumberSettings } from '../../domain/numbers/phone-number.ts'
import type { Tx } from '../../ports/store/store.ts'

/** What the account says about the number a fax is sent from; `undefined` when it is not one of its own. */
export async function senderSettings(tx: Tx, from: E164 | null): Promise<NumberSettings | undefined> {
  const number = from === null ? undefined : await tx.numbers.find(from)
  return number?.ordering === null ? number.settings : undefined
}
