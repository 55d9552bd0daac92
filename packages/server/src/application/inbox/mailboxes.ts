import { isEmailAddress } from '../../domain/email-address.ts'
import { DEFAULT_SERVICE_LEVEL, type ServiceLevel } from '../../domain/inbox/inbox.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { MailboxBusy, type MailboxRow } from '../../ports/store/mailbox-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { defaultMailbox } from '../receiving/default-mailbox.ts'
import { recordAudit } from '../record-change.ts'
import { type OpenMailbox, openMailbox, sealNotify } from '../sealed/mailbox-secrets.ts'
import type { Services } from '../services.ts'

/** A large hospital has some dozens of departments; a loop that makes them is a mistake. */
const MAILBOXES_MAX = 200

export interface NewMailbox extends Partial<ServiceLevel> {
  readonly name: string
  readonly department?: string | null
  readonly owner: string
  readonly escalateTo?: string | null
  /** Mail addresses told of each fax that comes. */
  readonly notify?: readonly string[]
}

export type MailboxChange = Partial<NewMailbox>

export interface MailboxHooks {
  readonly inTransaction?: (tx: Tx, mailbox: OpenMailbox) => Promise<void>
}

/** The default one first, then the oldest. There is always one. */
export async function listMailboxes(services: Services, scope: Scope): Promise<OpenMailbox[]> {
  return services.store.asAccount(scope, async (tx) => {
    const { keys, now } = await readAccount(services, tx)
    // Whoever is held to departments does not see it, and so cannot tell whether it is missing.
    if (scope.departments === undefined) await defaultMailbox(services, tx, now)
    return (await tx.mailboxes.list()).map((mailbox) => openMailbox(keys, mailbox))
  })
}

/** @throws Problem `mailbox.not_found` */
export async function getMailbox(services: Services, scope: Scope, id: string): Promise<OpenMailbox> {
  return services.store.asAccount(scope, async (tx) => {
    const mailbox = await find(tx, id)
    const { keys } = await readAccount(services, tx)
    return openMailbox(keys, mailbox)
  })
}

/** @throws Problem `mailbox.invalid` */
export async function createMailbox(
  services: Services,
  scope: Scope,
  actor: Actor,
  wanted: NewMailbox,
  hooks: MailboxHooks = {},
): Promise<OpenMailbox> {
  const notify = checkedNotify(wanted.notify ?? [])
  const id = services.random.id('mbx')
  return services.store.asAccount(scope, async (tx) => {
    const { keys, now } = await readAccount(services, tx)
    await defaultMailbox(services, tx, now)
    await assertNameFree(tx, wanted.name, undefined)
    const mailbox: MailboxRow = {
      id,
      isDefault: false,
      name: wanted.name,
      department: wanted.department ?? null,
      owner: wanted.owner,
      escalateTo: wanted.escalateTo ?? null,
      urgentMinutes: wanted.urgentMinutes ?? DEFAULT_SERVICE_LEVEL.urgentMinutes,
      normalMinutes: wanted.normalMinutes ?? DEFAULT_SERVICE_LEVEL.normalMinutes,
      notifySealed: sealNotify(keys, id, notify),
      createdAt: now,
      updatedAt: now,
    }
    const made = await tx.mailboxes.insert(mailbox)
    if (!made) throw new Problem('system.processing')
    const { owner, urgentMinutes, normalMinutes } = made
    const detail = { owner, urgentMinutes, normalMinutes, addresses: notify.length }
    await recordAudit(services, tx, actor, 'mailbox.created', id, detail)
    const opened = openMailbox(keys, made)
    await hooks.inTransaction?.(tx, opened)
    return opened
  })
}

/**
 * Changes what is named. Another service level holds for faxes that come from now on: what was promised of the others stays.
 * @throws Problem `mailbox.not_found`, `mailbox.invalid`
 */
export async function changeMailbox(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  change: MailboxChange,
): Promise<OpenMailbox> {
  const { notify, ...fields } = change
  const addresses = notify && checkedNotify(notify)
  return services.store.asAccount(scope, async (tx) => {
    await find(tx, id)
    const { keys, now } = await readAccount(services, tx)
    if (change.name !== undefined) await assertNameFree(tx, change.name, id)
    const changed = await tx.mailboxes.update(id, {
      ...fields,
      ...(addresses ? { notifySealed: sealNotify(keys, id, addresses) } : {}),
      updatedAt: now,
    })
    if (!changed) throw new Problem('mailbox.not_found')
    const owner = change.owner === undefined ? {} : { owner: change.owner }
    const detail = { fields: Object.keys(change), ...owner }
    await recordAudit(services, tx, actor, 'mailbox.changed', id, detail)
    return openMailbox(keys, changed)
  })
}

/** Each takes a moment: more than that many in a row and the mailbox is busier than anybody's. */
const TRIES_MAX = 8

/**
 * Gives a mailbox up. Its faxes, numbers and rules go to an heir, so that none of them is nobody's for a moment; without an heir it must be
 * empty. Marks, assignees and due times stay as they are.
 * @throws Problem `mailbox.not_found`, `mailbox.is_default`, `mailbox.not_empty`, `mailbox.invalid` for an heir that is none
 */
export async function deleteMailbox(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  heirId?: string,
): Promise<void> {
  // What takes long goes first and locks no mailbox, so that calls that come in meanwhile wait for a few rows at most.
  const moved = await services.store.asAccount(scope, async (tx) => {
    assertDeletable(id, heirId, await tx.mailboxes.get(id))
    const heir = heirId === undefined ? undefined : await tx.mailboxes.hold(heirId)
    return handOver(services, tx, id, heirId, heir)
  })
  for (let tries = 1; ; tries += 1) {
    try {
      return await services.store.asAccount(scope, async (tx) => {
        assertDeletable(id, heirId, await tx.mailboxes.lock(id))
        const heir = heirId === undefined ? undefined : await tx.mailboxes.hold(heirId)
        const rest = await handOver(services, tx, id, heirId, heir)
        await tx.mailboxes.delete(id)
        const faxes = moved.faxes + rest.faxes
        const numbers = moved.numbers + rest.numbers
        const detail = { heirId: heirId ?? null, faxes, numbers, routes: moved.routes + rest.routes }
        await recordAudit(services, tx, actor, 'mailbox.deleted', id, detail)
      })
    } catch (error) {
      if (!(error instanceof MailboxBusy)) throw error
      if (tries === TRIES_MAX) throw new Problem('system.processing')
    }
  }
}

function assertDeletable(id: string, heirId: string | undefined, mailbox: MailboxRow | undefined): void {
  if (!mailbox) throw new Problem('mailbox.not_found')
  if (mailbox.isDefault) throw new Problem('mailbox.is_default')
  if (heirId === id) throw invalid('heir', 'must be another mailbox')
}

async function handOver(
  services: Services,
  tx: Tx,
  id: string,
  heirId: string | undefined,
  heir: MailboxRow | undefined,
): Promise<{ faxes: number; numbers: number; routes: number }> {
  const routes = (await tx.inboundRoutes.list()).filter(({ actions }) => actions.mailboxId === id)
  if (heirId === undefined) {
    if (routes.length === 0 && (await tx.mailboxes.isEmpty(id))) return { faxes: 0, numbers: 0, routes: 0 }
    throw new Problem('mailbox.not_empty', { field: 'heir' })
  }
  if (!heir) throw invalid('heir', 'must be the id of a mailbox')
  const { now } = await readAccount(services, tx)
  for (const route of routes) {
    const actions = { ...route.actions, mailboxId: heirId }
    await tx.inboundRoutes.update(route.id, { actions, updatedAt: now })
  }
  return { ...(await tx.mailboxes.handOver(id, heirId, now)), routes: routes.length }
}

async function assertNameFree(tx: Tx, name: string, ownId: string | undefined): Promise<void> {
  const all = await tx.mailboxes.list()
  if (ownId === undefined && all.length >= MAILBOXES_MAX) {
    throw new Problem('mailbox.invalid', { detail: `An account has at most ${MAILBOXES_MAX} mailboxes.` })
  }
  const wanted = name.toLowerCase()
  if (all.some((each) => each.id !== ownId && each.name.toLowerCase() === wanted)) {
    throw invalid('name', 'must be another than that of the other mailboxes')
  }
}

function checkedNotify(addresses: readonly string[]): string[] {
  const at = addresses.findIndex((each) => !isEmailAddress(each))
  if (at >= 0) throw invalid(`notify[${at}]`, 'must be a plain mail address')
  return [...new Set(addresses)]
}

async function find(tx: Tx, id: string): Promise<MailboxRow> {
  const mailbox = await tx.mailboxes.get(id)
  if (!mailbox) throw new Problem('mailbox.not_found')
  return mailbox
}

function invalid(field: string, what: string): Problem {
  return new Problem('mailbox.invalid', { field, detail: `"${field}" ${what}.` })
}
