import { type E164, maskNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import {
  type MisdirectionPolicy,
  misdirectionPolicy,
  screensNumbers,
} from '../../domain/recipients/misdirection.ts'
import { numbersOneSlipAway } from '../../domain/recipients/near-miss.ts'
import { type RecipientStanding, recipientState } from '../../domain/recipients/recipient.ts'
import type { NumberHold } from '../../ports/store/fax-store.ts'
import type { RecipientRow } from '../../ports/store/recipient-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { AccountView } from '../account-now.ts'
import { numberHash } from '../sealed/fax-secrets.ts'
import { openRecipient } from '../sealed/recipient-secrets.ts'

export interface ScreenedNumber {
  readonly to: E164
  readonly toHash: Buffer
  /** Whoever sends has seen that it is a slip away from another, and means it. */
  readonly allowNearMiss: boolean
}

/**
 * Whether a fax may go to this number by itself. Nothing is read where the policy asks for nothing; a number of the directory takes one
 * look-up, which travels with the others of the acceptance; only a stranger takes a second one, for its neighbours.
 * @returns why it waits for a person; `undefined`: it goes
 * @throws Problem `fax.near_miss`
 */
export async function screenNumber(
  tx: Tx,
  account: AccountView,
  number: ScreenedNumber,
): Promise<NumberHold | undefined> {
  const policy = misdirectionPolicy(account.row.settings.misdirection, tx.scope.mode)
  if (!screensNumbers(policy)) return undefined
  const standing = await tx.recipients.standing(number.toHash)
  return standing
    ? screenKnown(tx, policy, account, number, standing)
    : screenStranger(tx, policy, account, number)
}

async function screenKnown(
  tx: Tx,
  policy: MisdirectionPolicy,
  account: AccountView,
  number: ScreenedNumber,
  standing: RecipientStanding,
): Promise<NumberHold | undefined> {
  const state = recipientState(standing, policy.expiryMonths, account.now)
  if (state === 'suspended') return { reason: 'suspended', neighbours: [] }
  if (state === 'confirmed' || policy.firstSend === 'allow') return undefined
  if (state === 'expired') return { reason: 'expired', neighbours: [] }
  // A slip may have been made when it was entered: whoever releases shall see it.
  const near = await findNear(tx, account, number.to)
  return { reason: 'not_confirmed', neighbours: near.map(({ id }) => id) }
}

async function screenStranger(
  tx: Tx,
  policy: MisdirectionPolicy,
  account: AccountView,
  { to, allowNearMiss }: ScreenedNumber,
): Promise<NumberHold | undefined> {
  const near = await findNear(tx, account, to)
  const neighbours = near.map(({ id }) => id)
  const isNearMiss = neighbours.length > 0 && policy.nearMiss !== 'allow'
  if (isNearMiss && policy.nearMiss === 'block' && !allowNearMiss) {
    throw new Problem('fax.near_miss', { field: 'to', detail: describeNear(account, near) })
  }
  if (policy.firstSend === 'hold') return { reason: isNearMiss ? 'near_miss' : 'first_send', neighbours }
  return isNearMiss && !allowNearMiss ? { reason: 'near_miss', neighbours } : undefined
}

function findNear(tx: Tx, { keys }: AccountView, to: E164): Promise<RecipientRow[]> {
  return tx.recipients.confirmedAmong(numbersOneSlipAway(to).map((each) => numberHash(keys, each)))
}

/** Ids, and numbers of which two digits show: whoever may see the whole number reads the recipient. */
function describeNear({ keys }: AccountView, near: readonly RecipientRow[]): string {
  const named = near.map((row) => `${row.id} (${maskNumber(openRecipient(keys, row).number)})`)
  return `It differs by one digit, or by two that are swapped, from ${named.slice(0, 3).join(', ')}.`
}
