import { type E164, sandboxNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { faultOf, servesBy } from '../../domain/trunks/trunk.ts'
import type { Tx } from '../../ports/store/store.ts'
import { baaGate, gateTrunks, providerParty } from '../associates/baa-gate.ts'
import { chooseLine, mayCarry } from '../faxes/choose-line.ts'
import type { Services } from '../services.ts'

/**
 * Refuses a fax that nothing could carry as things stand; nothing to check on lines without trunks.
 * @throws Problem `trunk.not_acknowledged` or `auth.baa_required` when that alone is missing; `destination.not_allowed`, `auth.key_mode_mismatch`
 */
export async function assertRoute(services: Services, tx: Tx, to: E164): Promise<void> {
  const { settings } = await tx.accounts.get()
  const chosen = chooseLine(services, tx.scope, settings)
  if (chosen?.kind === 'provider') return assertProvider(services, tx, to)
  if (tx.scope.mode === 'live' && sandboxNumber(to)) {
    throw new Problem('auth.key_mode_mismatch', { field: 'to' })
  }
  if (!chosen) {
    const detail =
      'No line for live faxes runs on this server: start the SIP line ("sipListen"), or add a provider and set "outboundLine" of the account to "ifax".'
    throw new Problem('destination.not_allowed', { field: 'to', detail })
  }
  if (chosen.line.usesTrunks) await assertTrunk(services, tx, to)
}

async function assertTrunk(services: Services, tx: Tx, to: E164): Promise<void> {
  const trunks = await gateTrunks(services, tx, await tx.trunks.list())
  const faults = trunks
    .filter(({ settings }) => servesBy(settings, to) !== undefined)
    .map((trunk) => faultOf(trunk))
  if (faults.includes(undefined)) return
  if (faults.includes('no_agreement')) throw new Problem('auth.baa_required', { field: 'to' })
  if (faults.includes('not_acknowledged')) throw new Problem('trunk.not_acknowledged', { field: 'to' })
  const detail =
    trunks.length === 0
      ? 'The account has no trunk: add one with POST /v2/trunks or "answerback trunk add".'
      : 'No trunk that is enabled serves that number.'
  throw new Problem('destination.not_allowed', { field: 'to', detail })
}

async function assertProvider(services: Services, tx: Tx, to: E164): Promise<void> {
  const providers = await tx.providers.list()
  const able = providers.filter((provider) => mayCarry(provider, to))
  const isOpen = await baaGate(services, tx, able.map(providerParty))
  if (able.some((provider) => isOpen(providerParty(provider)))) return
  if (able.length > 0) throw new Problem('auth.baa_required', { field: 'to' })

  if (sandboxNumber(to)) throw new Problem('auth.key_mode_mismatch', { field: 'to' })
  const enabled = providers.filter(({ settings }) => settings.enabled)
  const detail =
    enabled.length === 0
      ? 'The account has no provider that is enabled: add one with POST /v2/providers.'
      : 'The API key of the provider only simulates, so a fax to that number would reach nobody.'
  throw new Problem('destination.not_allowed', { field: 'to', detail })
}
