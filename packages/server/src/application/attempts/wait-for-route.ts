import { PROBLEMS } from '../../domain/problem/problem.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import type { Services } from '../services.ts'
import type { PreparedPages } from './prepare-fax.ts'
import { type ProviderRoute, takeProvider } from './provider-route.ts'
import { putAside } from './put-aside.ts'
import { type Route, releaseRoute, takeRoute } from './take-route.ts'

/** How soon a fax that no trunk may carry looks again: the operator may be mending it. */
const NO_TRUNK_MS = 60_000

/** Puts a held fax aside until a trunk has a call free. Nothing is held afterwards. */
export async function waitForRoute(
  services: Services,
  held: HeldFax,
  route: Exclude<Route, { kind: 'taken' }>,
  prepared: PreparedPages | undefined,
): Promise<void> {
  if (route.kind === 'none') {
    const at = new Date(services.clock.now() + NO_TRUNK_MS)
    const code = route.lacksAgreement ? 'auth.baa_required' : 'trunk.none_usable'
    services.log.warn('fax.no_trunk', { faxId: held.fax.id })
    return putAside(services, held, prepared, { code, message: PROBLEMS[code].sentence }, at)
  }
  // A trunk that only paces its calls is free by itself, and then nobody wakes those who wait.
  if (route.at) return putAside(services, held, prepared, {}, route.at)
  await putAside(services, held, prepared, { waitingTrunks: route.trunkIds })
  // A call may have ended between our question and our waiting, and then nobody was there to be woken.
  if (!held.secrets) return
  const free = await takeRoute(services, held, held.secrets)
  if (free.kind === 'taken') await releaseRoute(services, held.fax.id, [free.trunk.id])
}

/** The same until a provider has a place free. */
export async function waitForProvider(
  services: Services,
  held: HeldFax,
  route: Exclude<ProviderRoute, { kind: 'taken' }>,
  prepared: PreparedPages | undefined,
): Promise<void> {
  if (route.kind === 'none') {
    const at = new Date(services.clock.now() + NO_TRUNK_MS)
    const code = route.lacksAgreement ? 'auth.baa_required' : 'provider.none_usable'

    services.log.warn('fax.no_provider', { faxId: held.fax.id })
    return putAside(services, held, prepared, { code, message: PROBLEMS[code].sentence }, at)
  }
  if (route.at) return putAside(services, held, prepared, {}, route.at)
  await putAside(services, held, prepared, { waitingTrunks: route.providerIds })
  if (!held.secrets) return
  const free = await takeProvider(services, held, held.secrets)
  if (free.kind === 'taken') await releaseRoute(services, held.fax.id, [free.provider.id])
}
