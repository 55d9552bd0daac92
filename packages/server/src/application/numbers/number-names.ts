import { Problem } from '../../domain/problem/problem.ts'
import type { NumberRow } from '../../ports/store/number-store.ts'
import type { Tx } from '../../ports/store/store.ts'

/** A number by the two names iFax gives it. */
export interface NumberNames {
  readonly numberId: number
  /** Digits; a number where the client has made one of them, which is exact to about 16 digits. */
  readonly orderId: string | number
}

/** Also one given back. @throws Problem `number.not_found` also when the two names are of different numbers */
export async function findByOrder(tx: Tx, { numberId, orderId }: NumberNames): Promise<NumberRow> {
  const found = await tx.numbers.findByNumberId(numberId)
  if (found && (typeof orderId === 'number' ? Number(found.orderId) : found.orderId) === orderId) return found
  throw new Problem('number.not_found', { field: 'numberId' })
}
