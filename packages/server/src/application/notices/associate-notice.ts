import { type CoverWarning, coverWarning, warningMark } from '../../domain/associates/associate-cover.ts'
import { isEmailAddress } from '../../domain/email-address.ts'
import { dayOf } from '../../domain/time/calendar-day.ts'
import type { AssociateRow } from '../../ports/store/associate-store.ts'
import type { NoticeRow } from '../../ports/store/notice-store.ts'
import type { ActiveOwner } from '../../ports/store/people-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountNow } from '../account-now.ts'
import type { Services } from '../services.ts'
import type { Letter, Words } from './letter.ts'

/** Tells of an agreement or exception that ends soon or has ended, unless it was renewed or a later warning tells of it. */
export async function composeAssociateNotice(
  services: Services,
  tx: Tx,
  { subjectId, occasion, personId }: NoticeRow,
  owners: readonly ActiveOwner[],
): Promise<Letter | undefined> {
  const associate = await tx.associates.get(subjectId)
  // No key is needed, so an account whose key is gone is warned like any other.
  const warning = associate && coverWarning(associate, dayOf(await accountNow(services, tx)))
  if (!associate || !warning || warningMark(warning) !== occasion) return undefined
  const owner = owners.find((each) => each.personId === personId)?.email
  const to = personId === null ? contactOf(associate, owners) : owner
  return to === undefined ? undefined : { to, ...words(services, associate, warning) }
}

/** Whoever answers for the associate, where that is an address and not that of an owner, who is told anyway. */
function contactOf({ contact }: AssociateRow, owners: readonly ActiveOwner[]): string | undefined {
  return isEmailAddress(contact) && owners.every(({ email }) => email !== contact) ? contact : undefined
}

function words({ policy }: Services, { id, name }: AssociateRow, { until, daysLeft }: CoverWarning): Words {
  const isOver = daysLeft < 0
  const subject = isOver
    ? `The agreement with ${name} has ended`
    : `The agreement with ${name} ends in ${daysLeft} days`
  const { baaGate, publicUrl } = policy
  const text = [
    `The business associate agreement (or exception) for ${name} ${isOver ? 'ended with' : 'holds until'} ${until}.`,
    baaGate === 'enforce'
      ? 'Faxes and events with numbers or pages stop going there once it has ended.'
      : 'The gate is not enforced here: faxes go on going there.',
    '',
    `Add the renewed agreement: POST ${publicUrl ?? ''}/v2/associates/${id}/agreements`,
    '',
  ].join('\n')
  return { subject, text }
}
