import type { FaxStatus } from '../../domain/fax/fax.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { listApiKeys } from '../api-keys/list-api-keys.ts'
import { revokeApiKey } from '../api-keys/revoke-api-key.ts'
import { releaseNumber } from '../numbers/number-release.ts'
import { listNumbers } from '../numbers/numbers.ts'
import { revokeInvitation } from '../people/invite-person.ts'
import { listPeople } from '../people/members.ts'
import { peopleScope } from '../people/people-audit.ts'
import { deleteProvider } from '../providers/providers.ts'
import { recordAudit } from '../record-change.ts'
import { cancelFax } from '../sending/cancel-fax.ts'
import type { Services } from '../services.ts'
import { deleteTrunk } from '../trunks/trunks.ts'
import { deleteWebhook } from '../webhooks/delete-webhook.ts'
import { disableWebhook } from '../webhooks/disable-webhook.ts'

/** What closing did this time; all zero when it was done before. */
export interface WoundDown {
  keys: number
  people: number
  invitations: number
  canceled: number
  numbers: number
  webhooks: number
  /** `id: code of what kept it`. */
  readonly left: string[]
}

const WIND_DOWN: Actor = { kind: 'system', id: 'account-close', requestId: null }
const MODES = ['test', 'live'] as const
const NOT_ENDED: readonly FaxStatus[] = ['scheduled', 'queued', 'preparing', 'sending', 'retrying']
const ROWS = 50
const NOTHING = { keys: 0, people: 0, invitations: 0, canceled: 0, numbers: 0, webhooks: 0 }

/**
 * Ends an account: nobody has access, nothing more is sent, received or posted. What it holds stays, for `closeAccount` or for the rules
 * of retention. May be repeated: what could not be ended is told, and tried again.
 */
export async function windDownAccount(services: Services, accountId: string): Promise<WoundDown> {
  const closed: WoundDown = { ...NOTHING, left: [] }
  const scopes = MODES.map((mode): Scope => ({ accountId, mode }))
  // First whoever could begin something new.
  for (const scope of scopes) await endKeys(services, scope, closed)
  await endPeople(services, accountId, closed)
  for (const scope of scopes) {
    await cancelFaxes(services, scope, closed)
    await releaseNumbers(services, scope, closed)
    await disableWebhooks(services, scope, closed)
  }
  const { left, ...counts } = closed
  await services.store.asAccount(peopleScope(accountId), (tx) =>
    recordAudit(services, tx, WIND_DOWN, 'account.wound_down', null, { ...counts, left: left.length }),
  )
  return closed
}

async function endKeys(services: Services, scope: Scope, closed: WoundDown): Promise<void> {
  for (const { id, revokedAt } of await listApiKeys(services, scope)) {
    if (revokedAt !== null) continue
    await revokeApiKey(services, scope, WIND_DOWN, id)
    closed.keys += 1
  }
}

/** Also the last owner, whom `disableMember` rightly spares. */
async function endPeople(services: Services, accountId: string, closed: WoundDown): Promise<void> {
  const { members, invitations } = await listPeople(services, accountId)
  const at = new Date(services.clock.now())
  for (const { personId, status } of members) {
    if (status !== 'active') continue
    await services.store.asAccount(peopleScope(accountId), async (tx) => {
      await tx.members.update(personId, { status: 'disabled' }, at)
      const sessions = await tx.members.endSessions(personId, 'disabled', at)
      await recordAudit(services, tx, WIND_DOWN, 'person.disabled', personId, { sessions })
    })
    closed.people += 1
  }
  for (const { id } of invitations) {
    await revokeInvitation(services, { actor: WIND_DOWN, role: 'owner', accountId }, id)
    closed.invitations += 1
  }
}

/** A call that is up is hung up by its worker; it ends as what it came to. */
async function cancelFaxes(services: Services, scope: Scope, closed: WoundDown): Promise<void> {
  for (let afterId: string | undefined; ; ) {
    const after = afterId === undefined ? {} : { afterId }
    const page = await services.store.asAccount(scope, (tx) =>
      tx.faxes.list({ statuses: NOT_ENDED, order: 'oldest', limit: ROWS, ...after }),
    )
    for (const { id } of page) {
      if (await isDone(closed, id, cancelFax(services, scope, WIND_DOWN, id))) closed.canceled += 1
    }
    afterId = page.at(-1)?.id
    if (page.length < ROWS) return
  }
}

async function releaseNumbers(services: Services, scope: Scope, closed: WoundDown): Promise<void> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const from: { cursor?: string } = cursor === '' ? {} : { cursor }
    const page = await listNumbers(services, scope, { released: false, limit: ROWS, ...from })
    for (const { id } of page.numbers) {
      if (await isDone(closed, id, releaseNumber(services, scope, WIND_DOWN, id))) closed.numbers += 1
    }
    cursor = page.nextCursor
  }
}

async function disableWebhooks(services: Services, scope: Scope, closed: WoundDown): Promise<void> {
  closed.webhooks += await services.store.asAccount(scope, async (tx) => {
    const enabled = (await tx.webhooks.list()).filter(({ status }) => status === 'enabled')
    for (const { id } of enabled) await disableWebhook(services, tx, WIND_DOWN, id, 'disabled_by_user')
    return enabled.length
  })
}

/**
 * Then what keeps `closeAccount` from destroying the account's key is gone too: webhooks, trunks and providers.
 * @returns what could not be removed, as `left`
 */
export async function emptyAccount(services: Services, accountId: string): Promise<string[]> {
  const left: string[] = []
  for (const mode of MODES) {
    const scope: Scope = { accountId, mode }
    const again: WoundDown = { ...NOTHING, left }
    const { webhooks, trunks, providers } = await services.store.asAccount(scope, async (tx) => ({
      webhooks: await tx.webhooks.list(),
      trunks: await tx.trunks.list(),
      providers: await tx.providers.list(),
    }))
    for (const { id } of webhooks) await isDone(again, id, deleteWebhook(services, scope, WIND_DOWN, id))
    for (const { id } of trunks) await isDone(again, id, deleteTrunk(services, scope, WIND_DOWN, id))
    // Those a trunk named, and before the providers that hold others.
    await releaseNumbers(services, scope, again)
    for (const { id } of providers) await isDone(again, id, deleteProvider(services, scope, WIND_DOWN, id))
  }
  return left
}

async function isDone(
  { left }: Pick<WoundDown, 'left'>,
  id: string,
  work: Promise<unknown>,
): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    left.push(`${id}: ${error.code}`)
    return false
  }
}
