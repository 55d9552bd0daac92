import { currentAgreements, openClauses } from '../../domain/associates/associate.ts'
import { coverWarning } from '../../domain/associates/associate-cover.ts'
import { isTied, type Party } from '../../domain/associates/party.ts'
import { isEmailAddress } from '../../domain/email-address.ts'
import type { Day } from '../../domain/time/calendar-day.ts'
import { type AccountKeys, KeyError } from '../../ports/keyring.ts'
import type { ApiKeyRow } from '../../ports/store/api-key-store.ts'
import type { AgreementRow, AssociateRow } from '../../ports/store/associate-store.ts'
import type { LastCall } from '../../ports/store/compliance-store.ts'
import type { MailboxRow } from '../../ports/store/mailbox-store.ts'
import type { MemberDetails } from '../../ports/store/people-store.ts'
import type { TrunkRow } from '../../ports/store/trunk-store.ts'
import type { WebhookRow } from '../../ports/store/webhook-store.ts'
import type { TrunkStanding } from '../../ports/trunk-probe.ts'
import { carriesPhi, trunkParty, webhookParty } from '../associates/baa-gate.ts'
import { webhookSecrets, webhookUrl } from '../sealed/webhook-secrets.ts'
import type {
  AssociateFacts,
  CoveredParty,
  KeyFacts,
  MailboxFacts,
  PersonFacts,
  TrunkFacts,
  WebhookFacts,
} from './facts.ts'

export type CoverOf = (party: Party) => CoveredParty['cover']

const DISABLED_BY_USER = 'disabled_by_user'

/** @param keys absent: the account's keys do not open, which has a line of its own */
export function webhookFacts(
  keys: AccountKeys | undefined,
  webhook: WebhookRow,
  now: Date,
  coverOf: CoverOf,
): WebhookFacts {
  const url = keys && opened(() => webhookUrl(keys, webhook))
  const secrets = (keys && opened(() => webhookSecrets(keys, webhook, now))) ?? []
  return {
    id: webhook.id,
    enabled: webhook.status === 'enabled',
    disabledByUser: webhook.disabledReason === DISABLED_BY_USER,
    opens: url !== undefined,
    isHttps: url?.startsWith('https:') ?? false,
    signs: secrets.length > 0,
    carriesPhi: carriesPhi(webhook),
    cover: url === undefined ? undefined : coverOf(webhookParty(url)),
  }
}

/** A key that is gone is a finding, not the end of the report. */
function opened<T>(open: () => T): T | undefined {
  try {
    return open()
  } catch (error) {
    if (error instanceof KeyError) return undefined
    throw error
  }
}

/** Of webhooks whose address opens. */
export function webhookParties(keys: AccountKeys | undefined, webhooks: readonly WebhookRow[]): Party[] {
  if (!keys) return []
  return webhooks.flatMap((webhook) => {
    const url = opened(() => webhookUrl(keys, webhook))
    return url === undefined || !carriesPhi(webhook) ? [] : [webhookParty(url)]
  })
}

/** @param standing absent: no SIP line runs in this process */
export function trunkFacts(
  trunk: TrunkRow,
  coverOf: CoverOf,
  standing: TrunkStanding | undefined,
  calls: readonly LastCall[],
): TrunkFacts {
  const last = calls.find(({ trunkId }) => trunkId === trunk.id)
  return {
    id: trunk.id,
    cover: coverOf(trunkParty(trunk)),
    acknowledged: trunk.acknowledgement !== null,
    way: wayOf(trunk, standing, last),
  }
}

/** A carrier that took a registration works, and so does one that answers, or that took a call since it answered no more. */
function wayOf(
  { settings, updatedAt }: TrunkRow,
  standing: TrunkStanding | undefined,
  last: LastCall | undefined,
): TrunkFacts['way'] {
  if (standing === undefined) return 'fails'
  const { isRegistered, answers, heardAt } = standing
  const told = settings.registration === 'register' ? isRegistered : answers
  // What was heard before the trunk was changed may be of another carrier.
  if (told === null || heardAt === null || heardAt < updatedAt) return 'unheard'
  const tookCall = last?.reached === true && last.endedAt > heardAt
  return told || (settings.registration === 'static' && tookCall) ? 'works' : 'fails'
}

/** @param uncovered ways out that nothing lets PHI go to */
export function associateFacts(row: AssociateRow, today: Day, uncovered: readonly Party[]): AssociateFacts {
  const current = currentAgreements(row, today)
  const counting = row.agreements
    .filter((each) => current.includes(each))
    .toSorted(byAdded)
    .at(-1)
  return {
    id: row.id,
    warning: coverWarning(row, today),
    leavesUncovered: uncovered.some((party) => isTied(row, party)),
    openClauses: counting ? openClauses(counting).length : 0,
    withoutDocument: counting?.documentId === null,
  }
}

function byAdded(left: AgreementRow, right: AgreementRow): number {
  return left.createdAt.getTime() - right.createdAt.getTime()
}

/** @param federated ids of those the identity provider vouches for */
export function personFacts(member: MemberDetails, federated: ReadonlySet<string>): PersonFacts[] {
  const active = member.status === 'active' && member.personStatus === 'active'
  if (!active || !member.modes.includes('live')) return []
  return [
    {
      id: member.personId,
      isOwner: member.role === 'owner',
      hasSecondFactor: member.hasTotp || member.passkeyCount > 0,
      isFederated: federated.has(member.personId),
      seenAt: member.lastSeenAt ?? member.createdAt,
    },
  ]
}

/** Live keys that work. */
export function keyFacts(
  { id, createdAt, expiresAt, lastUsedAt, revokedAt }: ApiKeyRow,
  now: Date,
): KeyFacts[] {
  const works = revokedAt === null && (expiresAt === null || expiresAt > now)
  return works ? [{ id, createdAt, expiresAt, lastUsedAt }] : []
}

export function mailboxFacts({ id, owner, escalateTo, notifySealed }: MailboxRow): MailboxFacts {
  return { id, owner, wantsMail: notifySealed !== null || isEmailAddress(escalateTo ?? owner) }
}
