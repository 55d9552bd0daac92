import { Problem } from '../../domain/problem/problem.ts'
import type { AssociateRow } from '../../ports/store/associate-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountKeys } from '../account-keys.ts'
import { type OpenAssociate, openAssociate } from '../sealed/associate-secrets.ts'
import type { Services } from '../services.ts'

export interface AssociateHooks {
  readonly inTransaction?: (tx: Tx, associate: OpenAssociate) => Promise<void>
}

/** @throws Problem `associate.not_found` */
export async function openedAssociate(services: Services, tx: Tx, id: string): Promise<OpenAssociate> {
  const row = await tx.associates.get(id)
  if (!row) throw new Problem('associate.not_found')
  return openAssociate(await accountKeys(services, tx), row)
}

/** One that has not ended. @throws Problem `associate.not_found`, `associate.ended` */
export async function lockRunning(tx: Tx, id: string): Promise<AssociateRow> {
  const row = await tx.associates.lock(id)
  if (!row) throw new Problem('associate.not_found')
  if (row.endedAt !== null) throw new Problem('associate.ended')
  return row
}

export function invalidAssociate(field: string | undefined, detail: string): Problem {
  return new Problem('associate.invalid', { detail, ...(field === undefined ? {} : { field }) })
}
