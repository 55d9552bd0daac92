import type { OpenProvider } from '../../domain/providers/provider.ts'
import { KeyError } from '../../ports/keyring.ts'
import type { TrunkTaken } from '../../ports/store/trunk-store.ts'
import { baaGate, providerParty } from '../associates/baa-gate.ts'
import { chooseLine, mayCarry } from '../faxes/choose-line.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import type { FaxSecrets } from '../sealed/fax-secrets.ts'
import { openProvider } from '../sealed/provider-secrets.ts'
import type { Services } from '../services.ts'

export type ProviderRoute =
  | { readonly kind: 'taken'; readonly provider: OpenProvider }
  /** Every provider that could take the fax has as many as it may have; with `at`, one may be sent the next then. */
  | { readonly kind: 'busy'; readonly providerIds: readonly string[]; readonly at?: Date }
  /** `lacksAgreement`: one could, were it under an agreement. */
  | { readonly kind: 'none'; readonly lacksAgreement: boolean }

/** Faxes begun in a second; a provider paces its own calls. */
const SENDS_PER_SECOND = 20

/** Takes a place at the first provider, oldest first, that may carry the number and has one free. */
export async function takeProvider(
  services: Services,
  held: HeldFax,
  { to }: FaxSecrets,
): Promise<ProviderRoute> {
  if (chooseLine(services, held.scope, held.account.row.settings)?.kind !== 'provider')
    return { kind: 'none', lacksAgreement: false }
  const { able, usable } = await services.store.asAccount(held.scope, async (tx) => {
    const able = (await tx.providers.list()).filter((row) => mayCarry(row, to))
    const isOpen = await baaGate(services, tx, able.map(providerParty))
    return { able, usable: able.filter((row) => isOpen(providerParty(row))) }
  })
  const pacedUntil: Date[] = []
  for (const row of usable) {
    const taken = await takePlace(services, row.id, row.settings.concurrency, held.fax.id)
    if (taken.kind === 'paced') pacedUntil.push(taken.at)
    if (taken.kind !== 'taken') continue
    try {
      return { kind: 'taken', provider: openProvider(held.account.keys, row) }
    } catch (error) {
      if (!(error instanceof KeyError)) throw error
      services.log.error('provider.key_lost', { providerId: row.id, error })
      await services.store.asSystem((tx) => tx.trunkCalls.release(held.fax.id), { durable: false })
    }
  }
  if (usable.length === 0) return { kind: 'none', lacksAgreement: able.length > 0 }

  const at = pacedUntil.sort((a, b) => a.getTime() - b.getTime())[0]
  return { kind: 'busy', providerIds: usable.map(({ id }) => id), ...(at ? { at } : {}) }
}

/** Places are counted as the calls of trunks are, by leases over all processes. */
async function takePlace(
  services: Services,
  providerId: string,
  places: number,
  faxId: string,
): Promise<TrunkTaken> {
  const { clock, policy, store } = services
  const now = clock.now()
  return store.asSystem(
    (tx) =>
      tx.trunkCalls.take({
        trunkId: providerId,
        faxId,
        places,
        perSecond: SENDS_PER_SECOND,
        now: new Date(now),
        until: new Date(now + policy.leaseMs),
      }),
    { durable: false },
  )
}

/** Keeps the places of a fax that nobody works on until the next look: its provider has it meanwhile. */
export async function keepPlaces(services: Services, held: HeldFax, until: Date): Promise<void> {
  const { fax } = held
  await services.store.asSystem(
    async (tx) => {
      await tx.destinations.renew(fax.toSlot, fax.id, until)
      await tx.trunkCalls.renew(fax.id, until)
    },
    { durable: false },
  )
}
