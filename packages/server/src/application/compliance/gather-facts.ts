import { currentAgreements, openClauses } from '../../domain/associates/associate.ts'
import { coverWarning } from '../../domain/associates/associate-cover.ts'
import { coverOfParty, type Party } from '../../domain/associates/party.ts'
import { type Day, dayOf } from '../../domain/time/calendar-day.ts'
import type { InstallationFacts } from '../../ports/installation.ts'
import { type AccountKeys, KeyError } from '../../ports/keyring.ts'
import type { ApiKeyRow } from '../../ports/store/api-key-store.ts'
import type { AssociateRow } from '../../ports/store/associate-store.ts'
import type { MemberDetails } from '../../ports/store/people-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { WebhookRow } from '../../ports/store/webhook-store.ts'
import { accountKeys } from '../account-keys.ts'
import { carriesPhi, providerParty, trunkParty, webhookParty } from '../associates/baa-gate.ts'
import { webhookSecrets, webhookUrl } from '../sealed/webhook-secrets.ts'
import type { Services } from '../services.ts'
import { DAY_MS } from './check.ts'
import type {
  AssociateFacts,
  ComplianceFacts,
  KeyFacts,
  PersonFacts,
  Standard,
  WebhookFacts,
} from './facts.ts'

/** Emergency access is to be reviewed within three days. */
const REVIEW_MS = 3 * DAY_MS
const DISABLED_BY_USER = 'disabled_by_user'

/** Looks everything up that the checks ask about. Live rows alone: the sandbox holds nobody's PHI. */
export async function gatherFacts(
  services: Services,
  scope: Scope,
  installation: InstallationFacts,
  standard: Standard,
): Promise<ComplianceFacts> {
  const now = new Date(services.clock.now())
  const today = dayOf(now)
  const { tree, checkpoint } = await services.store.asSystem(async ({ auditLog }) => ({
    tree: await auditLog.readAuditTree(),
    checkpoint: await auditLog.latestCheckpoint(),
  }))
  const live: Scope = { accountId: scope.accountId, mode: 'live' }
  return services.store.asAccount(live, async (tx) => {
    // First, so that the time others take is not counted as skew.
    const databaseTime = await tx.compliance.databaseTime()
    const asked = new Date(services.clock.now())
    const keys = await accountKeys(services, tx)
    const associates = await tx.associates.list()
    const coverOf = (party: Party) => coverOfParty(party, associates, today)
    const enabledTrunks = (await tx.trunks.list()).filter(({ settings }) => settings.enabled)
    const enabledProviders = (await tx.providers.list()).filter(({ settings }) => settings.enabled)
    return {
      standard,
      now: asked,
      installation,
      databaseTime,
      gate: services.policy.baaGate,
      trunks: enabledTrunks.map((trunk) => ({
        id: trunk.id,
        cover: coverOf(trunkParty(trunk)),
        acknowledged: trunk.acknowledgement !== null,
      })),
      providers: enabledProviders.map((provider) => ({
        id: provider.id,
        cover: coverOf(providerParty(provider)),
      })),
      webhooks: (await tx.webhooks.list()).map((webhook) => webhookFacts(keys, webhook, now, coverOf)),
      systems: installation.systems.map((system) => ({ id: system.kind, cover: coverOf(system) })),
      associates: associates
        .filter(({ endedAt }) => endedAt === null)
        .map((row) => associateFacts(row, today)),
      people: (await tx.members.list()).flatMap(personFacts),
      apiKeys: (await tx.apiKeys.list()).flatMap((key) => keyFacts(key, now)),
      audit: { size: tree.size, checkpoint: checkpoint ?? null },
      retention: { hasRules: (await tx.retention.rules()) !== undefined },
      mailboxes: (await tx.mailboxes.list()).map(({ id, owner }) => ({ id, owner })),
      overdue: await overdueOf(tx, now),
    }
  })
}

function overdueOf(tx: Tx, now: Date) {
  const ago = (ms: number) => new Date(now.getTime() - ms)
  return tx.compliance.overdue({ now, dayAgo: ago(DAY_MS), reviewBy: ago(REVIEW_MS) })
}

function webhookFacts(
  keys: AccountKeys,
  webhook: WebhookRow,
  now: Date,
  coverOf: (party: Party) => WebhookFacts['cover'],
): WebhookFacts {
  const url = opened(() => webhookUrl(keys, webhook))
  const secrets = opened(() => webhookSecrets(keys, webhook, now)) ?? []
  return {
    id: webhook.id,
    enabled: webhook.status === 'enabled',
    disabledByUser: webhook.disabledReason === DISABLED_BY_USER,
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

function associateFacts(row: AssociateRow, today: Day): AssociateFacts {
  const current = currentAgreements(row, today)
  return {
    id: row.id,
    warning: coverWarning(row, today),
    openClauses: current.reduce((sum, agreement) => sum + openClauses(agreement).length, 0),
    withoutDocument: current.filter(({ documentId }) => documentId === null).length,
  }
}

function personFacts(member: MemberDetails): PersonFacts[] {
  const active = member.status === 'active' && member.personStatus === 'active'
  if (!active || !member.modes.includes('live')) return []
  return [{ id: member.personId, hasSecondFactor: member.hasTotp || member.passkeyCount > 0 }]
}

function keyFacts({ id, createdAt, expiresAt, lastUsedAt, revokedAt }: ApiKeyRow, now: Date): KeyFacts[] {
  const works = revokedAt === null && (expiresAt === null || expiresAt > now)
  return works ? [{ id, createdAt, expiresAt, lastUsedAt }] : []
}
