import { type DestinationRefusal, refusalOf } from '../domain/numbers/destination-rules.ts'
import type { E164 } from '../domain/numbers/number.ts'
import { Problem } from '../domain/problem/problem.ts'
import {
  exceededQuota,
  QUOTA_NAMES,
  type QuotaName,
  type Quotas,
  tighterQuotas,
  type Usage,
} from '../domain/quota.ts'
import type { AccountSettings } from '../ports/store/account-store.ts'
import type { Scope } from '../ports/store/scope.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Services } from './services.ts'

const MIB = 1_048_576

const REFUSALS: Readonly<Record<DestinationRefusal, string>> = {
  premium: 'The number is in a premium-rate or satellite range.',
  blocked: 'Numbers of this range are blocked.',
  not_allowed: 'Faxes go to the allowed countries and ranges alone.',
}

/**
 * Live faxes go where operator and account let them; the sandbox calls nobody.
 * @throws Problem `destination.not_allowed`
 */
export function assertDestination(
  services: Services,
  scope: Scope,
  settings: AccountSettings,
  to: E164,
): void {
  if (scope.mode !== 'live') return
  const { destinations, premiumDestinations } = services.policy.limits
  const refusal = refusalOf(to, [destinations, settings.destinations], premiumDestinations)
  if (refusal) throw new Problem('destination.not_allowed', { field: 'to', detail: REFUSALS[refusal] })
}

const EXCEEDED: Readonly<Record<QuotaName, string>> = {
  faxesPerDay: 'The account has sent as many faxes in 24 hours as it may.',
  pagesPerDay: 'The account has sent as many pages in 24 hours as it may.',
  newNumbersPerHour: 'The account has sent to as many new numbers in an hour as it may.',
  uploadMegabytesPerDay: 'The account has handed over as many bytes of documents in 24 hours as it may.',
}

/** What is about to be accepted. */
export interface Taking {
  /** Of the number a fax goes to; absent: it is no fax. */
  readonly toHash?: Buffer
  /** Of new documents. */
  readonly bytes: number
}

/**
 * Costs nothing where no quota is set. Requests that are accepted at the same moment do not see each other, so together they may
 * pass a quota by as many as run at once.
 * @throws Problem `limit.quota`
 */
export async function assertQuotas(
  services: Services,
  tx: Tx,
  settings: AccountSettings,
  { toHash, bytes }: Taking,
): Promise<void> {
  const quotas = tighterQuotas(services.policy.limits.quotas, settings.quotas)
  const bounded = QUOTA_NAMES.filter((name) => quotas[name] !== undefined)
  if (bounded.length === 0) return
  const used = await tx.usage.read(new Date(services.clock.now()), bounded, toHash)
  const sending = toHash === undefined ? {} : { faxesPerDay: 1, pagesPerDay: 0 }
  const fresh = toHash === undefined || used.isKnownNumber ? {} : { newNumbersPerHour: 1 }
  const taking = bytes === 0 ? {} : { uploadMegabytesPerDay: bytes / MIB }
  const exceeded = exceededQuota(quotas, used, { ...sending, ...fresh, ...taking })
  if (exceeded) throw new Problem('limit.quota', { detail: EXCEEDED[exceeded] })
}

/** What the account used, and what it may. */
export async function readUsage(services: Services, scope: Scope): Promise<{ quotas: Quotas; used: Usage }> {
  return services.store.asAccount(scope, async (tx) => {
    const { settings } = await tx.accounts.get()
    const used = await tx.usage.read(new Date(services.clock.now()), QUOTA_NAMES)
    return { quotas: tighterQuotas(services.policy.limits.quotas, settings.quotas), used }
  })
}
