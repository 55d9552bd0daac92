import { type OperationNode, sql } from 'kysely'
import type { Scope } from '../../../ports/store/scope.ts'

/** What says in which mailbox a row lies: the column, and whether it names the mailbox or a fax in one. */
const PLACE: Readonly<Record<string, { readonly column: string; readonly of: 'mailbox' | 'received_fax' }>> =
  {
    mailbox: { column: 'id', of: 'mailbox' },
    received_fax: { column: 'mailbox_id', of: 'mailbox' },
    notice: { column: 'mailbox_id', of: 'mailbox' },
    received_page: { column: 'received_fax_id', of: 'received_fax' },
    received_note: { column: 'received_fax_id', of: 'received_fax' },
    received_words: { column: 'received_fax_id', of: 'received_fax' },
  }

/**
 * The condition that holds a person to their departments, for a table that has to do with received faxes; what lies in a mailbox without a department is
 * nobody's in particular, and so not theirs.
 * @param reference how the query calls the table
 */
export function departmentFence(scope: Scope, table: string, reference: string): OperationNode | undefined {
  const place = PLACE[table]
  if (scope.departments === undefined || place === undefined) return undefined
  const mailboxes = sql`select fence_mailbox.id from mailbox fence_mailbox
    where fence_mailbox.account_id = ${scope.accountId} and fence_mailbox.mode = ${scope.mode}
      and fence_mailbox.department = any(${[...scope.departments]}::text[])`
  const rows =
    place.of === 'mailbox'
      ? mailboxes
      : sql`select fence_fax.id from received_fax fence_fax where fence_fax.mailbox_id in (${mailboxes})`
  return sql<boolean>`${sql.ref(`${reference}.${place.column}`)} in (${rows})`.toOperationNode()
}
