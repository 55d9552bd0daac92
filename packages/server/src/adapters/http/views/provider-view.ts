import { PROVIDER_PROFILES } from '../../../domain/providers/provider.ts'
import type { ProviderRow } from '../../../ports/store/provider-store.ts'
import type { ContradictionRow, ReconciliationRow } from '../../../ports/store/reconciliation-store.ts'
import { timeOrNull } from './time.ts'

/** A provider as its owner may see it: never its key, its token or its password. */
export function providerView(provider: ProviderRow) {
  const { id, settings, hookAuthSealed, sentSeenAt, receivedSeenAt, createdAt, updatedAt } = provider
  const profile = PROVIDER_PROFILES[settings.kind]
  return {
    id,
    ...settings,
    hasHookAuth: hookAuthSealed !== null,
    profile: { ...profile, formats: [...profile.formats], resolutions: [...profile.resolutions] },
    sentSeenAt: timeOrNull(sentSeenAt),
    receivedSeenAt: timeOrNull(receivedSeenAt),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

export function reconciliationView({ id, startedAt, endedAt, counts, error }: ReconciliationRow) {
  return {
    id,
    startedAt: startedAt.toISOString(),
    endedAt: timeOrNull(endedAt),
    counts: counts && { ...counts },
    error,
  }
}

export function contradictionView(contradiction: ContradictionRow) {
  const { receivedFaxId, foundAt, resolvedAt, ...rest } = contradiction
  return {
    ...rest,
    inboundId: receivedFaxId,
    foundAt: foundAt.toISOString(),
    resolvedAt: timeOrNull(resolvedAt),
  }
}
