import type { HeldFax } from '../faxes/held-fax.ts'
import type { Services } from '../services.ts'
import { releaseDestination, takeDestination } from './destination.ts'
import type { PreparedPages } from './prepare-fax.ts'
import { putAside } from './put-aside.ts'

/** Puts a held fax aside until the destination is free. Nothing is held afterwards. */
export async function waitForDestination(
  services: Services,
  held: HeldFax,
  prepared: PreparedPages | undefined,
): Promise<void> {
  const waitingSince = new Date(services.clock.now() + held.account.aheadMs)
  await putAside(services, held, prepared, { waitingSince })
  // The call before may have ended between our question and our waiting, and then nobody was there to be woken.
  if (await takeDestination(services, held.fax)) await releaseDestination(services, held.fax)
}
