import { coverOfParty, isSameMachine, type Party } from '../../domain/associates/party.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { dayOf } from '../../domain/time/calendar-day.ts'
import type { TrunkSettings } from '../../domain/trunks/trunk.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { TrunkRow } from '../../ports/store/trunk-store.ts'
import type { WebhookRow } from '../../ports/store/webhook-store.ts'
import type { Services } from '../services.ts'

/** Whether PHI may go to a party now. */
export type Gate = (party: Party) => boolean

const OPEN: Gate = () => true

/**
 * What stands between PHI and everybody else (45 CFR 164.308(b)(1), 164.502(e)): a party gets none without a current agreement or a recorded
 * exception. Test mode carries none. Under `warn` it lets all through and says so in the log.
 * @param parties those that will be asked about: where all of them are this machine, nothing is read
 */
export async function baaGate(services: Services, tx: Tx, parties: readonly Party[]): Promise<Gate> {
  const { baaGate: policy } = services.policy
  if (policy === 'off' || tx.scope.mode !== 'live') return OPEN
  if (parties.every(({ host }) => isSameMachine(host))) return OPEN
  const associates = await tx.associates.list()
  const today = dayOf(new Date(services.clock.now()))
  return (party) => {
    if (coverOfParty(party, associates, today) !== undefined) return true
    services.log.warn('associate.missing', {
      accountId: tx.scope.accountId,
      reason: party.kind,
      ...(party.kind === 'trunk' ? { trunkId: party.id } : {}),
      ...(party.kind === 'provider' ? { providerId: party.id } : {}),
    })
    return policy === 'warn'
  }
}

/** A trunk as routing needs to know it. */
export interface GatedTrunk extends TrunkRow {
  readonly lacksAgreement: boolean
}

/** Says of each trunk whether the gate keeps faxes off it. */
export async function gateTrunks(
  services: Services,
  tx: Tx,
  trunks: readonly TrunkRow[],
): Promise<GatedTrunk[]> {
  const isOpen = await baaGate(services, tx, trunks.map(trunkParty))
  return trunks.map((trunk) => ({ ...trunk, lacksAgreement: !isOpen(trunkParty(trunk)) }))
}

/** The call goes to the outbound proxy where there is one. */
export function trunkParty({
  id,
  settings,
}: {
  readonly id: string
  readonly settings: TrunkSettings
}): Party {
  const host = settings.outboundProxy?.replace(/:\d+$/, '') ?? settings.host
  return { kind: 'trunk', id, host }
}

export function providerParty(provider: {
  readonly id: string
  readonly settings: { readonly baseUrl: string }
}): Party {
  return { kind: 'provider', id: provider.id, host: new URL(provider.settings.baseUrl).hostname }
}

export function webhookParty(url: string): Party {
  return { kind: 'webhook', host: new URL(url).hostname }
}

/** Whether posts of a webhook tell who faxed whom, or carry pages. Thin events name ids and statuses only. */
export function carriesPhi(webhook: Pick<WebhookRow, 'dialect' | 'includeNumbers' | 'multipart'>): boolean {
  return webhook.dialect === 'ifax' || webhook.includeNumbers || webhook.multipart
}

/** @throws Problem `auth.baa_required` for a webhook whose every post would be kept back */
export async function assertWebhookOpen(
  services: Services,
  tx: Tx,
  webhook: Pick<WebhookRow, 'dialect' | 'includeNumbers' | 'multipart'>,
  url: string,
): Promise<void> {
  if (await isWebhookOpen(services, tx, webhook, url)) return
  throw new Problem('auth.baa_required', {
    field: 'url',
    detail:
      'No current business associate agreement names the host of the webhook, and its posts would carry numbers or pages.',
  })
}

export async function isWebhookOpen(
  services: Services,
  tx: Tx,
  webhook: Pick<WebhookRow, 'dialect' | 'includeNumbers' | 'multipart'>,
  url: string,
): Promise<boolean> {
  if (!carriesPhi(webhook)) return true
  const party = webhookParty(url)
  return (await baaGate(services, tx, [party]))(party)
}
