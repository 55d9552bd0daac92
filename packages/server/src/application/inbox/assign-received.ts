import { dueAt } from '../../domain/inbox/inbox.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { MailboxRow } from '../../ports/store/mailbox-store.ts'
import type { ReceivedPatch } from '../../ports/store/received-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'
import { amendReceived, type HeldReceived, holdReceived, tellReceived } from './change-received.ts'

export interface Assignment {
  /** `null`: nobody any more, so that the owner of the mailbox answers for it again. */
  readonly assignee?: string | null
  /** Where it shall lie from now on. */
  readonly mailboxId?: string
}

/**
 * Says who answers for a received fax, or moves it to another mailbox. What is so already is not told again.
 * @throws Problem `inbound.not_found`, `request.missing_field` for neither, `request.invalid` for a mailbox that is not there
 */
export async function assignReceived(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  wanted: Assignment,
): Promise<void> {
  if (wanted.assignee === undefined && wanted.mailboxId === undefined) {
    const detail = 'Say who answers for it with "assignee", or where it shall lie with "mailboxId".'
    throw new Problem('request.missing_field', { field: 'assignee', detail })
  }
  await services.store.asAccount(scope, async (tx) => {
    // Before the fax: who gives up a mailbox locks first that and then the faxes in it.
    const named = wanted.mailboxId === undefined ? undefined : await tx.mailboxes.hold(wanted.mailboxId)
    const held = await holdReceived(services, tx, id)
    if (wanted.mailboxId !== undefined && !named) {
      throw new Problem('request.invalid', { field: 'mailboxId', detail: 'There is no such mailbox.' })
    }
    const { received } = held
    const { assignee = received.assignee } = wanted
    const mailbox = named?.id === received.mailboxId ? undefined : named
    if (assignee === received.assignee && !mailbox) return
    const changed = await amendReceived(tx, held, { assignee, ...(mailbox ? moved(held, mailbox) : {}) })
    const from = mailbox ? { fromMailboxId: received.mailboxId } : {}
    await tellReceived(services, tx, actor, changed, 'inbound.assigned', { assignee, ...from })
  })
}

/** What was promised still holds; a mailbox that promises more makes it sooner. */
function moved({ received, account }: HeldReceived, mailbox: MailboxRow): ReceivedPatch {
  const promised = received.dueAt
  if (promised === null) return { mailboxId: mailbox.id }
  const own = dueAt(mailbox, received.priority, account.now)
  return { mailboxId: mailbox.id, dueAt: new Date(Math.min(own.getTime(), promised.getTime())) }
}
