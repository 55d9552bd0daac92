import type { CallEnd } from '../../domain/fax/disposition.ts'
import { nextLookMs, type OpenProvider } from '../../domain/providers/provider.ts'
import { endOfRefusal } from '../../domain/providers/upstream-disposition.ts'
import { StaleLease } from '../../ports/store/fax-store.ts'
import { UpstreamError } from '../../ports/upstream.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import type { FaxSecrets } from '../sealed/fax-secrets.ts'
import type { Services } from '../services.ts'
import { endAttempt } from './end-attempt.ts'
import type { LeaseKeeper } from './keep-lease.ts'
import type { PreparedPages } from './prepare-fax.ts'
import { type BegunAttempt, beginAttempt, buildCall } from './run-attempt.ts'
import { scheduleLook } from './schedule-look.ts'

/**
 * Hands a fax to a provider. `handing_over` is on record before the request leaves, and the provider's reference before anything else is
 * done: whatever dies in between, the next worker finds out from the provider's own list whether it has the fax (`followAttempt`).
 *
 * @returns whether the provider has it, or may have it: then its places are kept
 */
export async function handOverFax(
  services: Services,
  held: HeldFax,
  secrets: FaxSecrets,
  provider: OpenProvider,
  keeper: LeaseKeeper,
  prepared: PreparedPages | undefined,
): Promise<boolean> {
  const line = { name: provider.settings.kind }
  const begun = await beginAttempt(services, held, { line, provider }, prepared)
  services.log.info('fax.dialing', {
    faxId: begun.held.fax.id,
    attemptId: begun.id,
    attempt: begun.number,
    line: line.name,
    providerId: provider.id,
  })
  keeper.callStarted()
  const sent = await send(services, begun, secrets, provider, keeper)
  if (sent.kind === 'ended') {
    const attempt = { id: begun.id, firstPage: begun.firstPage, trunkId: null }
    const upstream = { reported: 0, code: sent.code ?? null, cause: null }
    await endAttempt(services, begun.held, attempt, { told: sent.end, hungUp: keeper.reason, upstream })
    return false
  }
  await scheduleLook(services, begun.held, nextLookMs(0), async (tx) => {
    if (sent.kind === 'unclear') return
    const { reference } = sent
    // The same reference twice is a provider that mixes faxes up: then its list must tell which is which.
    if (!(await tx.providers.claim(provider.id, begun.id, reference))) return
    await tx.attempts.journal(begun.id, accountTime(services, begun.held), { kind: 'handed_over' })
  })
  return true
}

type Sent =
  | { readonly kind: 'taken'; readonly reference: string }
  | { readonly kind: 'unclear' }
  | { readonly kind: 'ended'; readonly end: CallEnd | undefined; readonly code?: number }

async function send(
  services: Services,
  begun: BegunAttempt,
  secrets: FaxSecrets,
  provider: OpenProvider,
  keeper: LeaseKeeper,
): Promise<Sent> {
  const { held } = begun
  let asked = false
  try {
    const call = await buildCall(services, begun, secrets)
    if (!services.upstream || keeper.signal.aborted) {
      return { kind: 'ended', end: { disposition: 'canceled', dataExchanged: 'none' } }
    }
    await recordHandingOver(services, begun)
    asked = true
    const from = call.from ?? held.account.row.settings.callerId ?? provider.settings.callerId ?? undefined
    const reference = await services.upstream.open(provider).send(
      {
        attemptId: begun.id,
        at: accountTime(services, held),
        to: call.to,
        from: from as typeof call.from,
        pages: call.pages,
      },
      keeper.signal,
    )
    return { kind: 'taken', reference }
  } catch (error) {
    if (error instanceof StaleLease) throw error
    const { code } = error instanceof UpstreamError ? error : {}
    services.log.warn('fax.not_handed_over', {
      faxId: held.fax.id,
      attemptId: begun.id,
      providerId: provider.id,
      ...(code === undefined ? {} : { code: String(code) }),
      error,
    })
    if (!(error instanceof UpstreamError))
      return asked ? { kind: 'unclear' } : { kind: 'ended', end: undefined }
    return afterRefusal(error)
  }
}

function afterRefusal(error: UpstreamError): Sent {
  switch (error.kind) {
    case 'unclear':
      return { kind: 'unclear' }
    case 'not_reached':
      return { kind: 'ended', end: { disposition: 'carrier_down', dataExchanged: 'none' } }
    case 'refused':
      return {
        kind: 'ended',
        end: endOfRefusal(error.code, error.httpStatus),
        ...(error.code === undefined ? {} : { code: error.code }),
      }
  }
}

async function recordHandingOver(services: Services, { held, id }: BegunAttempt): Promise<void> {
  const { fax, scope } = held
  await services.store.asAccount(scope, async (tx) => {
    const until = new Date(services.clock.now() + services.policy.leaseMs)
    if (!(await tx.faxes.renewLease(fax.id, fax.leaseToken, until))) throw new StaleLease()
    await tx.attempts.journal(id, accountTime(services, held), { kind: 'handing_over' })
  })
}

function accountTime(services: Services, held: HeldFax): Date {
  return new Date(services.clock.now() + held.account.aheadMs)
}
