import { type FaxStatus, isTerminal } from '../../domain/fax/fax.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { FaxRow, NewFax } from '../../ports/store/fax-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { readAccount } from '../account-now.ts'
import { assertDestination, assertQuotas } from '../limits.ts'
import { sealParties } from '../record-change.ts'
import { openFaxSecrets, sealFax } from '../sealed/fax-secrets.ts'
import { openPatient, sealPatient } from '../sealed/patient-secrets.ts'
import type { Services } from '../services.ts'
import { assertRoute } from './assert-route.ts'
import { type AcceptedFax, recordAccepted } from './record-accepted.ts'
import { screenNumber } from './screen-number.ts'
import type { SendFaxHooks } from './send-fax.ts'

/** The recipient has it, or may have it: sending it again is a person's decision. */
const MAY_HAVE_ARRIVED: readonly FaxStatus[] = ['delivered', 'outcome_unknown']

/**
 * Sends an ended fax again as a new fax, linked to the first by `resendOf`: the same patient's papers, for the same purpose. Pages rendered for the first
 * go out as they are.
 *
 * @throws Problem fax.not_found; fax.not_resendable while it has not ended, and for one that arrived or may have arrived
 *   unless `allowDuplicate`
 */
export async function resendFax(
  services: Services,
  scope: Scope,
  actor: Actor,
  faxId: string,
  options: { readonly allowDuplicate?: boolean },
  hooks: SendFaxHooks = {},
): Promise<AcceptedFax> {
  return services.store.asAccount(scope, async (tx) => {
    // Its documents are not destroyed while they are taken over.
    const original = await tx.destruction.shareSent(faxId)
    if (!original) throw new Problem('fax.not_found')
    if (original.contentDeletedAt !== null) throw new Problem('fax.content_deleted')
    refuseUnlessEnded(original, options.allowDuplicate === true)
    const account = await readAccount(services, tx)
    const secrets = openFaxSecrets(account.keys, original)
    assertDestination(services, scope, account.row.settings, secrets.to)
    await assertRoute(services, tx, secrets.to)
    const { to } = secrets
    const [sources, hold] = await Promise.all([
      tx.faxes.sources(faxId),
      // It went to this number before, so it is no slip of this hand; whether it may go now is another matter.
      screenNumber(tx, account, { to, toHash: original.toHash, allowNearMiss: true }),
      assertQuotas(services, tx, account.row.settings, { toHash: original.toHash, bytes: 0 }),
    ])
    const { now } = account
    const id = services.random.id('fax')
    const fax: NewFax = {
      ...again(original),
      ...sealFax(account.keys, id, secrets),
      ...sealPatient(account.keys, 'fax', id, openPatient(account.keys, 'fax', original)),
      id,
      status: 'queued',
      resendOf: original.id,
      createdAt: now,
      sendAt: null,
      nextActionAt: now,
      deadlineAt: new Date(now.getTime() + services.policy.faxLifetimeMs),
      sources,
    }
    const parties = sealParties(account.keys, id, { to, from: secrets.from }, fax.toSealed)
    const accepted = await recordAccepted(services, tx, actor, { fax, account, parties, hold })
    await hooks.inTransaction?.(tx, accepted)
    return accepted
  })
}

function refuseUnlessEnded(fax: FaxRow, allowDuplicate: boolean): void {
  if (!isTerminal(fax.status)) {
    throw new Problem('fax.not_resendable', { detail: `The fax is ${fax.status}.` })
  }
  if (MAY_HAVE_ARRIVED.includes(fax.status) && !allowDuplicate) {
    throw new Problem('fax.not_resendable', {
      field: 'allowDuplicate',
      detail: `The fax is ${fax.status}: the recipient has it or may have it.`,
    })
  }
}

/** What a resend takes over from the fax it repeats. */
function again(fax: FaxRow) {
  const { priority, toHash, toSlot, purpose, resolution, paper, renderMode, contentHash, tags } = fax
  const { pagesDocumentId, pageCount, estimatedSeconds } = fax
  return {
    ...{ priority, toHash, toSlot, purpose, resolution, paper, renderMode, contentHash, tags },
    ...{ pagesDocumentId, pageCount, estimatedSeconds },
  }
}
