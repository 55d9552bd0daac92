import type { AccountKeys } from '../../ports/keyring.ts'
import type { MailboxRow } from '../../ports/store/mailbox-store.ts'

/** A mailbox with whom it tells. */
export interface OpenMailbox extends Omit<MailboxRow, 'notifySealed'> {
  readonly notify: readonly string[]
}

export function sealNotify(keys: AccountKeys, mailboxId: string, notify: readonly string[]): Buffer | null {
  return notify.length === 0 ? null : keys.seal(place(mailboxId), JSON.stringify(notify))
}

/** @throws KeyError `tampered` */
export function openMailbox(keys: AccountKeys, { notifySealed, ...mailbox }: MailboxRow): OpenMailbox {
  const notify = notifySealed ? JSON.parse(keys.openText(place(mailbox.id), notifySealed)) : []
  return { ...mailbox, notify }
}

function place(row: string) {
  return { table: 'mailbox', column: 'notify_sealed', row }
}
