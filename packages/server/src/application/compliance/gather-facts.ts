import { coverOfParty, type Party } from '../../domain/associates/party.ts'
import { dayOf } from '../../domain/time/calendar-day.ts'
import type { InstallationFacts } from '../../ports/installation.ts'
import { type AccountKeys, KeyError } from '../../ports/keyring.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { providerParty, trunkParty } from '../associates/baa-gate.ts'
import { proveAudit } from '../audit/prove-audit.ts'
import type { Services } from '../services.ts'
import {
  associateFacts,
  keyFacts,
  mailboxFacts,
  personFacts,
  trunkFacts,
  webhookFacts,
  webhookParties,
} from './account-facts.ts'
import { DAY_MS, MINUTE_MS } from './check.ts'
import type {
  AuditFacts,
  ComplianceFacts,
  DestructionFacts,
  DocumentFacts,
  KeyringFacts,
  Standard,
} from './facts.ts'

const WEEK_MS = 7 * DAY_MS
/** What is due is taken up within seconds, or by the net under the queue within half a minute. */
const STUCK_MS = 15 * MINUTE_MS
const STUCK_MAX = 100
/** Files looked for at each end of the account's documents. */
const DOCUMENTS = 100
/** Certificates of destruction that are looked for in the list beside the backups, where they are written within seconds. */
const CERTIFICATES = 100

/** Looks everything up that the checks ask about. Live rows alone: the sandbox holds nobody's PHI. */
export async function gatherFacts(
  services: Services,
  scope: Scope,
  installation: InstallationFacts,
  standard: Standard,
): Promise<ComplianceFacts> {
  const live: Scope = { accountId: scope.accountId, mode: 'live' }
  const keyring = await lookAtKeys(services, live)
  const [audit, documents, destructions, stuck] = await Promise.all([
    lookAtAudit(services, live, installation),
    lookAtDocuments(services, live),
    lookAtDestructions(services),
    lookForStuck(services),
  ])
  const ofAccount = await services.store.asAccount(live, (tx) =>
    readAccount(services, tx, installation, keyring.keys),
  )
  const { opens } = keyring
  return {
    standard,
    installation,
    gate: services.policy.baaGate,
    keys: { opens },
    audit,
    documents,
    destructions,
    stuck,
    ...ofAccount,
  }
}

async function readAccount(
  services: Services,
  tx: Tx,
  installation: InstallationFacts,
  keys: AccountKeys | undefined,
) {
  // First, so that the time others take is not counted as skew.
  const databaseTime = await tx.compliance.databaseTime()
  const now = new Date(services.clock.now())
  const today = dayOf(now)
  const associates = await tx.associates.list()
  const coverOf = (party: Party) => coverOfParty(party, associates, today)
  const calls = await tx.compliance.lastCalls(new Date(now.getTime() - DAY_MS))
  const federated = await tx.compliance.federatedMembers()
  const enabledTrunks = (await tx.trunks.list()).filter(({ settings }) => settings.enabled)
  const enabledProviders = (await tx.providers.list()).filter(({ settings }) => settings.enabled)
  const webhooks = await tx.webhooks.list()
  const parties = [
    ...enabledTrunks.map(trunkParty),
    ...enabledProviders.map(providerParty),
    ...webhookParties(keys, webhooks),
    ...installation.systems,
  ]
  const uncovered = parties.filter((party) => coverOf(party) === undefined)
  return {
    now,
    databaseTime,
    guards: await tx.compliance.guards(),
    trunks: enabledTrunks.map((trunk) => {
      const standing = services.trunkProbe?.standing(trunk.id)
      return trunkFacts(trunk, coverOf, standing, calls)
    }),
    providers: enabledProviders.map((provider) => ({
      id: provider.id,
      cover: coverOf(providerParty(provider)),
    })),
    webhooks: webhooks.map((webhook) => webhookFacts(keys, webhook, now, coverOf)),
    systems: installation.systems.map((system) => ({ id: system.kind, cover: coverOf(system) })),
    associates: associates
      .filter(({ endedAt }) => endedAt === null)
      .map((row) => associateFacts(row, today, uncovered)),
    people: (await tx.members.list()).flatMap((member) => personFacts(member, federated)),
    apiKeys: (await tx.apiKeys.list()).flatMap((key) => keyFacts(key, now)),
    retention: { hasRules: (await tx.retention.rules()) !== undefined },
    mailboxes: (await tx.mailboxes.list()).map(mailboxFacts),
    numbers: await tx.numbers.count(),
    overdue: await overdueOf(services, tx, now),
  }
}

function overdueOf({ policy }: Services, tx: Tx, now: Date) {
  const ago = (ms: number) => new Date(now.getTime() - ms)
  const reviewBy = ago(policy.people.breakGlassReviewMs)
  return tx.compliance.overdue({ now, dayAgo: ago(DAY_MS), weekAgo: ago(WEEK_MS), reviewBy })
}

/** Asks the master key anew: what this process has in memory says nothing of the next start. */
async function lookAtKeys(
  { store, keyring }: Services,
  scope: Scope,
): Promise<KeyringFacts & { readonly keys: AccountKeys | undefined }> {
  const { id, wrappedKey } = await store.asAccount(scope, (tx) => tx.accounts.get())
  const [versions, keys] = await Promise.allSettled([
    keyring.accountKeyVersions(id, wrappedKey),
    keyring.account(id, wrappedKey),
  ])
  for (const each of [versions, keys])
    if (each.status === 'rejected' && !(each.reason instanceof KeyError)) throw each.reason
  // A file that others may read is not read, and says so in a line of its own.
  const isOpen = versions.status === 'fulfilled' || versions.reason.code === 'unsafe_key_file'
  return { opens: isOpen, keys: keys.status === 'fulfilled' ? keys.value : undefined }
}

async function lookAtAudit(
  services: Services,
  scope: Scope,
  { keptCheckpoints }: InstallationFacts,
): Promise<AuditFacts> {
  const { tree, checkpoint, waiting } = await services.store.asSystem(async ({ auditLog }) => ({
    tree: await auditLog.readAuditTree(),
    checkpoint: await auditLog.latestCheckpoint(),
    waiting: await auditLog.oldestWaiting(),
  }))
  const proof = await proveAudit(services, scope.accountId, keptCheckpoints?.last ?? null)
  return {
    size: tree.size,
    checkpoint: checkpoint ?? null,
    waitingSince: waiting ?? null,
    proof,
    isStillRead: false,
  }
}

async function lookAtDocuments({ store, blobs }: Services, scope: Scope): Promise<DocumentFacts> {
  const keys = await store.asAccount(scope, (tx) => tx.compliance.documentKeys(DOCUMENTS))
  const found = await Promise.all(keys.map((key) => blobs.head(key)))
  return { looked: keys.length, missing: found.filter((each) => each === undefined).length }
}

/** Of all accounts: the list is one for the installation. */
async function lookAtDestructions({ store, clock, installation }: Services): Promise<DestructionFacts> {
  const before = new Date(clock.now() - MINUTE_MS)
  const unlisted = new Set(await store.asSystem((tx) => tx.certificates.newestIds(before, CERTIFICATES)))
  const looked = unlisted.size
  const list = await installation.destructionList()
  if (!list) return { list: 'unknown', looked, unlisted: looked }
  try {
    for await (const each of list.read()) if (each) unlisted.delete(each.id)
    return { list: 'there', looked, unlisted: unlisted.size }
  } catch {
    return { list: 'gone', looked, unlisted: looked }
  }
}

async function lookForStuck({ store, clock }: Services): Promise<ComplianceFacts['stuck']> {
  const due = new Date(clock.now() - STUCK_MS)
  const found = await store.asSystem(async (tx) => ({
    faxes: [...(await tx.due.faxes(due, STUCK_MAX)), ...(await tx.due.upstreamNotices(due, STUCK_MAX))],
    posts: [...(await tx.due.deliveries(due, STUCK_MAX)), ...(await tx.due.notices(due, STUCK_MAX))],
  }))
  const live = ({ scope }: { readonly scope: Scope }) => scope.mode === 'live'
  return { faxes: found.faxes.filter(live).length, posts: found.posts.filter(live).length }
}
