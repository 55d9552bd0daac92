import { type E164, parseNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { noteIdentity } from '../../domain/recipients/far-end-identity.ts'
import { misdirectionPolicy } from '../../domain/recipients/misdirection.ts'
import type { RecipientSource, StoredRecipientState } from '../../domain/recipients/recipient.ts'
import type { RecipientPatch, RecipientRow } from '../../ports/store/recipient-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { type AccountView, readAccount } from '../account-now.ts'
import { recordAudit } from '../record-change.ts'
import { numberHash } from '../sealed/fax-secrets.ts'
import {
  type OpenRecipient,
  openRecipient,
  type RecipientDetails,
  sealIdentities,
  sealRecipientDetails,
  sealRecipientNumber,
} from '../sealed/recipient-secrets.ts'
import type { Services } from '../services.ts'
import { recordGuardEvent } from './record-recipient.ts'
import { suspendRecipient } from './suspend-recipient.ts'

export interface RecipientInput extends RecipientDetails {
  /** As people type it. */
  readonly number: string
  readonly source?: RecipientSource
  /** What its machine calls itself, where that is known beforehand. */
  readonly identities?: readonly string[]
  /** Whoever enters it answers for its being right: it is confirmed at once. */
  readonly attested?: boolean
}

/** With an account's settings: how long a confirmation counts. */
export interface RecipientView {
  readonly recipient: OpenRecipient
  readonly expiryMonths: number
  readonly now: Date
}

const CURSOR_SHAPE = /^rcp_[0-9a-z]{26}$/

export async function createRecipient(
  services: Services,
  scope: Scope,
  actor: Actor,
  input: RecipientInput,
  hooks: { readonly inTransaction?: (tx: Tx, made: RecipientView) => Promise<void> } = {},
): Promise<RecipientView> {
  return services.store.asAccount(scope, async (tx) => {
    const account = await readAccount(services, tx)
    const [made] = await add(services, tx, actor, account, [input], 'number')
    if (!made) throw new Problem('recipient.exists', { field: 'number' })
    const view = viewOf(tx, account, made)
    await hooks.inTransaction?.(tx, view)
    return view
  })
}

/** Adds those whose number is not there yet, and leaves the others as they are. All or none when one cannot be. */
export async function importRecipients(
  services: Services,
  scope: Scope,
  actor: Actor,
  inputs: readonly RecipientInput[],
  hooks: { readonly inTransaction?: (tx: Tx, made: readonly RecipientView[]) => Promise<void> } = {},
): Promise<RecipientView[]> {
  return services.store.asAccount(scope, async (tx) => {
    const account = await readAccount(services, tx)
    const rows = await add(services, tx, actor, account, inputs, 'recipients')
    const views = rows.map((row) => viewOf(tx, account, row))
    await hooks.inTransaction?.(tx, views)
    return views
  })
}

async function add(
  services: Services,
  tx: Tx,
  actor: Actor,
  account: AccountView,
  inputs: readonly RecipientInput[],
  field: 'number' | 'recipients',
): Promise<RecipientRow[]> {
  const { fourEyes } = misdirectionPolicy(account.row.settings.misdirection, tx.scope.mode)
  const rows = inputs.map((input, index) => {
    const number = parseNumber(input.number)
    if (!number) {
      throw new Problem('number.invalid', {
        field: field === 'number' ? field : `recipients[${index}].number`,
      })
    }
    if (input.attested && fourEyes) throw new Problem('recipient.four_eyes')
    return newRecipient(services, account, actor, { ...input, number })
  })
  // The same number twice in one list: the first holds.
  const unique = [...new Map(rows.toReversed().map((row) => [row.numberHash.toString('hex'), row])).values()]
  const written = await tx.recipients.insert(unique.toReversed())
  for (const { id, state } of written) {
    await recordAudit(services, tx, actor, 'recipient.created', id, { state })
    if (state !== 'confirmed') continue
    const data = { recipientId: id, how: 'attested' }
    await recordGuardEvent(services, tx, actor, {
      type: 'recipient.confirmed',
      subjectId: id,
      data,
      at: account.now,
    })
  }
  return written
}

/** A row for a number that is not in the directory. */
export function newRecipient(
  services: Services,
  { keys, now }: Pick<AccountView, 'keys' | 'now'>,
  actor: Actor,
  input: Omit<RecipientInput, 'number'> & { readonly number: E164 },
): RecipientRow {
  const id = services.random.id('rcp')
  const { name, organisation, department, number, attested = false } = input
  const details = {
    name,
    ...(organisation === undefined ? {} : { organisation }),
    ...(department === undefined ? {} : { department }),
  }
  const identities = (input.identities ?? []).reduceRight(
    (known: ReturnType<typeof noteIdentity>, each) => noteIdentity(known, each, now, true),
    [],
  )
  return {
    id,
    numberSealed: sealRecipientNumber(keys, id, number),
    numberHash: numberHash(keys, number),
    detailsSealed: sealRecipientDetails(keys, id, details),
    source: input.source ?? 'typed',
    state: attested ? 'confirmed' : 'unverified',
    confirmedHow: attested ? 'attested' : null,
    confirmedBy: attested ? actor.id : null,
    confirmedAt: attested ? now : null,
    lastDeliveredAt: null,
    suspendedWhy: null,
    suspendedAt: null,
    voiceAnswers: 0,
    identitiesSealed: identities.length > 0 ? sealIdentities(keys, id, identities) : null,
    codeFaxId: null,
    codeHash: null,
    codeTriesLeft: 0,
    codeExpiresAt: null,
    createdBy: actor.id,
    createdAt: now,
    updatedAt: now,
  }
}

/** @throws Problem `recipient.not_found` */
export async function getRecipient(services: Services, scope: Scope, id: string): Promise<RecipientView> {
  return services.store.asAccount(scope, async (tx) => {
    const row = await tx.recipients.get(id)
    if (!row) throw new Problem('recipient.not_found')
    return viewOf(tx, await readAccount(services, tx), row)
  })
}

export interface RecipientQuery {
  readonly state?: StoredRecipientState
  /** As people type it. */
  readonly number?: string
  /** `nextCursor` of the page before. */
  readonly cursor?: string
  readonly limit: number
}

/** Newest first. @throws Problem `request.invalid` for a cursor that cannot be one; `number.invalid` */
export async function listRecipients(
  services: Services,
  scope: Scope,
  { state, number, cursor, limit }: RecipientQuery,
): Promise<{ recipients: RecipientView[]; nextCursor: string | null }> {
  if (cursor !== undefined && !CURSOR_SHAPE.test(cursor)) {
    throw new Problem('request.invalid', {
      field: 'cursor',
      detail: '"cursor" must be the nextCursor of a page.',
    })
  }
  const wanted = number === undefined ? undefined : parseNumber(number)
  if (number !== undefined && wanted === undefined) throw new Problem('number.invalid', { field: 'number' })
  return services.store.asAccount(scope, async (tx) => {
    const account = await readAccount(services, tx)
    // One more than asked for tells whether there is a next page.
    const rows = await tx.recipients.list({
      limit: limit + 1,
      ...(state === undefined ? {} : { state }),
      ...(wanted === undefined ? {} : { numberHash: numberHash(account.keys, wanted) }),
      ...(cursor === undefined ? {} : { afterId: cursor }),
    })
    const page = rows.slice(0, limit)
    return {
      recipients: page.map((row) => viewOf(tx, account, row)),
      nextCursor: rows.length > limit ? page.at(-1)!.id : null,
    }
  })
}

export interface RecipientChange {
  readonly name?: string
  /** `null` takes it away. */
  readonly organisation?: string | null
  readonly department?: string | null
  readonly suspended?: true
}

/** Changes whose number it is said to be, or suspends it. The number stays: another number is another recipient. */
export async function changeRecipient(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  change: RecipientChange,
): Promise<RecipientView> {
  return services.store.asAccount(scope, async (tx) => {
    const account = await readAccount(services, tx)
    const row = await tx.recipients.lock(id)
    if (!row) throw new Problem('recipient.not_found')
    const { suspended, ...named } = change
    const held = openRecipient(account.keys, row).details
    const merged = Object.entries({ ...held, ...named }).filter(([, value]) => value !== null)
    const details = Object.fromEntries(merged) as unknown as RecipientDetails
    const patch: RecipientPatch = {
      detailsSealed: sealRecipientDetails(account.keys, id, details),
      updatedAt: account.now,
    }
    await recordAudit(services, tx, actor, 'recipient.changed', id, { fields: Object.keys(change) })
    const changed = suspended
      ? await suspendRecipient(services, tx, actor, row, 'by_person', account.now, patch)
      : await tx.recipients.update(id, patch)
    return viewOf(tx, account, changed)
  })
}

/**
 * Takes a number out of the directory.
 * @throws Problem recipient.not_found; recipient.suspended and recipient.in_use: what was frozen must not thaw by being forgotten
 */
export async function deleteRecipient(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
): Promise<void> {
  await services.store.asAccount(scope, async (tx) => {
    const row = await tx.recipients.lock(id)
    if (!row) throw new Problem('recipient.not_found')
    if (await tx.incidents.names(id)) throw new Problem('recipient.in_use')
    if (row.state === 'suspended') throw new Problem('recipient.suspended')
    await tx.recipients.delete(id)
    await recordAudit(services, tx, actor, 'recipient.deleted', id, { state: row.state })
  })
}

export function viewOf(tx: Tx, account: AccountView, row: RecipientRow): RecipientView {
  const { expiryMonths } = misdirectionPolicy(account.row.settings.misdirection, tx.scope.mode)
  return { recipient: openRecipient(account.keys, row), expiryMonths, now: account.now }
}
