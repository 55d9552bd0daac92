import { Fault } from '../../domain/fax/fax.ts'
import { DEFAULT_SERVICE_LEVEL } from '../../domain/inbox/inbox.ts'
import type { MailboxRow } from '../../ports/store/mailbox-store.ts'
import type { NumberRow } from '../../ports/store/number-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { Services } from '../services.ts'

/** Who answers for faxes as long as nobody has said otherwise. */
export const FALLBACK_OWNER = 'admin'

/** The mailbox that takes what nothing sends elsewhere; made when it is first needed, so that an account is never without one. */
export async function defaultMailbox(services: Services, tx: Tx, now: Date): Promise<MailboxRow> {
  const held = await tx.mailboxes.default()
  if (held) return held
  const made = await tx.mailboxes.insert({
    id: services.random.id('mbx'),
    isDefault: true,
    name: 'Inbox',
    department: null,
    owner: FALLBACK_OWNER,
    escalateTo: null,
    ...DEFAULT_SERVICE_LEVEL,
    notifySealed: null,
    createdAt: now,
    updatedAt: now,
  })
  // Another transaction was first: its mailbox can be seen once it has committed, which the insert has waited for.
  const mailbox = made ?? (await tx.mailboxes.default())
  if (!mailbox) throw new Fault('The account has no default mailbox.')
  return mailbox
}

/** Where a call to a number leads before any rule was looked at. It is not deleted before the transaction ends. */
export async function mailboxOfNumber(
  services: Services,
  tx: Tx,
  number: NumberRow | undefined,
  now: Date,
): Promise<MailboxRow> {
  if (!number?.mailboxId) return defaultMailbox(services, tx, now)
  const named = await tx.mailboxes.hold(number.mailboxId)
  if (named) return named
  // It was given up a moment ago, and the number leads to its heir now.
  const heir = (await tx.numbers.get(number.id))?.mailboxId
  return (heir && (await tx.mailboxes.hold(heir))) || defaultMailbox(services, tx, now)
}
