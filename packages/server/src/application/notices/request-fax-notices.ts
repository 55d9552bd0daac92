import { isEmailAddress } from '../../domain/email-address.ts'
import type { FaxNoticeKind } from '../../domain/notices/notice.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { MailboxRow } from '../../ports/store/mailbox-store.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import { openMailbox } from '../sealed/mailbox-secrets.ts'
import type { Services } from '../services.ts'
import { requestNotices } from './request-notices.ts'

/** Tells the addresses of the mailbox, and those of the rule that chose it. */
export async function requestArrivalNotices(
  services: Services,
  tx: Tx,
  keys: AccountKeys,
  received: ReceivedFaxRow,
  mailbox: MailboxRow,
  others: readonly string[],
): Promise<void> {
  const { notify } = openMailbox(keys, mailbox)
  await requestFaxNotices(services, tx, keys, received, mailbox, 'arrived', [...notify, ...others])
}

/** Tells who is to hear of a fax that nobody took up, where that is a mail address. @returns how many are told */
export function requestEscalationNotice(
  services: Services,
  tx: Tx,
  keys: AccountKeys,
  received: ReceivedFaxRow,
  mailbox: MailboxRow,
): Promise<number> {
  const address = mailbox.escalateTo ?? mailbox.owner
  const addresses = isEmailAddress(address) ? [address] : []
  return requestFaxNotices(services, tx, keys, received, mailbox, 'escalated', addresses)
}

function requestFaxNotices(
  services: Services,
  tx: Tx,
  keys: AccountKeys,
  { id: subjectId, dueAt }: ReceivedFaxRow,
  { id: mailboxId }: MailboxRow,
  kind: FaxNoticeKind,
  addresses: readonly string[],
): Promise<number> {
  // One that was put back among the new ones may be escalated once more.
  const occasion = kind === 'escalated' ? (dueAt?.toISOString() ?? '') : ''
  const addressees = addresses.map((address) => ({ keys, address }))
  return requestNotices(services, tx, { kind, subjectId, occasion, mailboxId }, addressees)
}
