import { isEmailAddress } from '../../domain/email-address.ts'
import type { NoticeKind } from '../../domain/inbox/notice.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { MailboxRow } from '../../ports/store/mailbox-store.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import { openMailbox } from '../sealed/mailbox-secrets.ts'
import type { Services } from '../services.ts'

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
  await requestNotices(services, tx, keys, received, mailbox, 'arrived', [...notify, ...others])
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
  return requestNotices(services, tx, keys, received, mailbox, 'escalated', addresses)
}

/** One row and one job an address, in the transaction of what they tell. Without a mail server nobody is told, and nothing pretends so. */
async function requestNotices(
  services: Services,
  tx: Tx,
  keys: AccountKeys,
  received: ReceivedFaxRow,
  mailbox: MailboxRow,
  kind: NoticeKind,
  addresses: readonly string[],
): Promise<number> {
  if (!services.mailer) return 0
  let requested = 0
  const createdAt = new Date(services.clock.now())
  for (const address of addresses) {
    const id = services.random.id('ntc')
    const isNew = await tx.notices.insert({
      id,
      receivedFaxId: received.id,
      mailboxId: mailbox.id,
      kind,
      // One that was put back among the new ones may be escalated once more.
      occasion: kind === 'escalated' ? (received.dueAt?.toISOString() ?? '') : '',
      toSealed: keys.seal(place(id), address),
      toHash: keys.hash('notice.to', address.toLowerCase()),
      createdAt,
    })
    if (!isNew) continue
    await services.queue.enqueue(tx, { name: 'send-notice', scope: tx.scope, subjectId: id })
    requested += 1
  }
  return requested
}

/** @throws KeyError `tampered` */
export function openNoticeAddress(keys: AccountKeys, id: string, toSealed: Buffer): string {
  return keys.openText(place(id), toSealed)
}

function place(row: string) {
  return { table: 'notice', column: 'to_sealed', row }
}
