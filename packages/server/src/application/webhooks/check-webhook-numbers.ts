import { Problem } from '../../domain/problem/problem.ts'
import type { Tx } from '../../ports/store/store.ts'

/** Refuses numbers that are not the account's now. @throws Problem `request.invalid` naming the first of them */
export async function assertOwnNumbers(
  tx: Tx,
  numberIds: readonly string[] | null | undefined,
): Promise<void> {
  for (const [at, id] of (numberIds ?? []).entries()) {
    const number = await tx.numbers.get(id)
    if (number && number.releasedAt === null) continue
    const field = `numberIds[${at}]`
    throw new Problem('request.invalid', {
      field,
      detail: `"${field}" must be the id of a number of this account.`,
    })
  }
}
