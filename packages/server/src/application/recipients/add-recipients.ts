import { type E164, parseNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { noteIdentity } from '../../domain/recipients/far-end-identity.ts'
import { misdirectionPolicy } from '../../domain/recipients/misdirection.ts'
import type { RecipientSource } from '../../domain/recipients/recipient.ts'
import type { RecipientRow } from '../../ports/store/recipient-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { type AccountView, readAccount } from '../account-now.ts'
import { recordAudit } from '../record-change.ts'
import { numberHash } from '../sealed/fax-secrets.ts'
import {
  type RecipientDetails,
  sealIdentities,
  sealRecipientDetails,
  sealRecipientNumber,
} from '../sealed/recipient-secrets.ts'
import type { Services } from '../services.ts'
import { type RecipientView, viewOf } from './recipient-view.ts'
import { recordGuardEvent } from './record-recipient.ts'

export interface RecipientInput extends RecipientDetails {
  /** As people type it. */
  readonly number: string
  readonly source?: RecipientSource
  /** What its machine calls itself, where that is known beforehand. */
  readonly identities?: readonly string[]
  /** Whoever enters it answers for its being right: it is confirmed at once. */
  readonly attested?: boolean
}

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
