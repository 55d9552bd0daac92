import type { AccountKeys } from '../../ports/keyring.ts'
import type { NewNotice, NoticeRow } from '../../ports/store/notice-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { Services } from '../services.ts'

/** An address that is kept sealed, an owner of the account, or whoever answers for the associate. */
export type Addressee =
  | { readonly keys: AccountKeys; readonly address: string }
  | { readonly personId: string }
  | 'contact'

/**
 * One row and one job an addressee, in the transaction of what they tell: whoever asks for a notice never waits for a mail server. Without one nobody is
 * told, and nothing pretends so.
 * @returns how many are told who were not before
 */
export async function requestNotices(
  services: Services,
  tx: Tx,
  about: Pick<NewNotice, 'kind' | 'subjectId' | 'occasion' | 'mailboxId'>,
  addressees: readonly Addressee[],
): Promise<number> {
  if (!services.mailer) return 0
  let requested = 0
  const createdAt = new Date(services.clock.now())
  for (const addressee of addressees) {
    const id = services.random.id('ntc')
    if (!(await tx.notices.insert({ id, ...about, ...columnsOf(id, addressee), createdAt }))) continue
    await services.queue.enqueue(tx, { name: 'send-notice', scope: tx.scope, subjectId: id })
    requested += 1
  }
  return requested
}

/** Tells every owner of the account. */
export async function requestOwnerNotices(
  services: Services,
  tx: Tx,
  about: Pick<NewNotice, 'kind' | 'subjectId' | 'occasion'>,
): Promise<number> {
  if (!services.mailer) return 0
  return requestNotices(services, tx, { ...about, mailboxId: null }, await tx.members.activeOwners())
}

function columnsOf(id: string, addressee: Addressee): Pick<NewNotice, 'toSealed' | 'toHash' | 'personId'> {
  const nobody = { toSealed: null, toHash: null, personId: null }
  if (addressee === 'contact') return nobody
  if ('personId' in addressee) return { ...nobody, personId: addressee.personId }
  const { keys, address } = addressee
  return {
    ...nobody,
    toSealed: keys.seal(place(id), address),
    toHash: keys.hash('notice.to', address.toLowerCase()),
  }
}

/** The address a notice of a fax goes to. @throws KeyError `tampered` */
export function openNoticeAddress(
  keys: AccountKeys,
  { id, toSealed }: Pick<NoticeRow, 'id' | 'toSealed'>,
): string {
  return keys.openText(place(id), toSealed!)
}

function place(row: string) {
  return { table: 'notice', column: 'to_sealed', row }
}
