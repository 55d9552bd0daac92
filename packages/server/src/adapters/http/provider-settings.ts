import type { Static } from 'typebox'
import type { E164 } from '../../domain/numbers/number.ts'
import type { ProviderKind, ProviderSettings } from '../../domain/providers/provider.ts'
import type { CreateProviderBody, UpdateProviderBody } from './schemas/provider.ts'

const BASE_URLS: Readonly<Record<ProviderKind, string>> = { ifax: 'https://api.ifaxapp.com' }

/** What a new provider starts from where the request is silent. */
export function newProviderSettings(body: Static<typeof CreateProviderBody>): ProviderSettings {
  const { kind, ...change } = body
  const start: ProviderSettings = {
    kind,
    name: body.name,
    enabled: true,
    baseUrl: BASE_URLS[kind],
    callerId: null,
    concurrency: 20,
    simulated: false,
  }
  return changedProviderSettings(start, change)
}

/** Fields that are absent stay. */
export function changedProviderSettings(
  before: ProviderSettings,
  body: Static<typeof UpdateProviderBody>,
): ProviderSettings {
  const { apiKey: _, hookAuth: __, callerId, ...plain } = body
  return {
    ...before,
    ...plain,
    ...(callerId === undefined ? {} : { callerId: callerId as E164 | null }),
  }
}
