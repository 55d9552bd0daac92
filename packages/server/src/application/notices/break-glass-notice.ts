import { maskEmail } from '../../domain/email-address.ts'
import type { BreakGlassRow } from '../../ports/store/break-glass-store.ts'
import type { NoticeRow } from '../../ports/store/notice-store.ts'
import type { ActiveOwner } from '../../ports/store/people-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { Services } from '../services.ts'
import type { Letter, Words } from './letter.ts'

/** Tells an owner that emergency access was used, or that nobody has reviewed it, which is over once somebody has. */
export async function composeBreakGlassNotice(
  services: Services,
  tx: Tx,
  { kind, subjectId, personId }: NoticeRow,
  owners: readonly ActiveOwner[],
): Promise<Letter | undefined> {
  const grant = await tx.breakGlass.get(subjectId)
  const to = owners.find((owner) => owner.personId === personId)?.email
  if (!grant || to === undefined) return undefined
  const member = (await tx.members.list()).find((each) => each.personId === grant.personId)
  const who = member ? maskEmail(member.email) : 'somebody'
  if (kind === 'break_glass_used') return { to, ...useText(services, grant, who) }
  return grant.reviewedAt === null ? { to, ...alarmText(services, grant, who) } : undefined
}

function useText({ policy }: Services, grant: BreakGlassRow, who: string): Words {
  const { id, mode, createdAt, expiresAt } = grant
  const lines = [
    `${who} used emergency access (${mode} mode) at ${createdAt.toISOString()}.`,
    `It ends at ${expiresAt.toISOString()}.`,
    '',
    `Review it: ${policy.publicUrl ?? ''}/v2/break-glass (${id}).`,
    '',
  ]
  return { subject: 'Emergency access was used', text: lines.join('\n') }
}

function alarmText({ policy }: Services, grant: BreakGlassRow, who: string): Words {
  const { id, mode, createdAt } = grant
  const dueAt = new Date(createdAt.getTime() + policy.people.breakGlassReviewMs)
  const lines = [
    `${who} used emergency access (${mode} mode) at ${createdAt.toISOString()}, and nobody has reviewed it.`,
    `It was to be reviewed by ${dueAt.toISOString()}. You are told each week until it is.`,
    '',
    'An owner, an administrator or an auditor who did not use it themselves writes down whether it was justified:',
    `${policy.publicUrl ?? ''}/v2/break-glass/${id}/review`,
    '',
    'Where nobody but them could, invite somebody who can.',
    '',
  ]
  return { subject: 'Nobody has reviewed emergency access', text: lines.join('\n') }
}
