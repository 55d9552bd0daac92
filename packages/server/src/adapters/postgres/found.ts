import type { Found } from '../../ports/store/scope.ts'

/** What a query over all accounts selects of a row. */
export interface FoundRow {
  readonly id: string
  readonly account_id: string
  readonly mode: 'test' | 'live'
}

export function toFound(row: FoundRow): Found {
  return { scope: { accountId: row.account_id, mode: row.mode }, id: row.id }
}
