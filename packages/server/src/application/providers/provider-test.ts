import { Problem } from '../../domain/problem/problem.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { UpstreamError } from '../../ports/upstream.ts'
import { readAccount } from '../account-now.ts'
import { recordAudit } from '../record-change.ts'
import { openProvider } from '../sealed/provider-secrets.ts'
import type { Services } from '../services.ts'
import { findProvider } from './providers.ts'

export interface ProviderCheck {
  readonly name: 'settings' | 'reach' | 'key'
  readonly outcome: 'ok' | 'failed' | 'skipped'
  readonly sentence: string
  readonly fix: string | null
  readonly durationMs: number | null
}

export interface ProviderReport {
  readonly ok: boolean
  readonly checks: readonly ProviderCheck[]
  /** Numbers the provider gave this account; `null` when it could not be asked. */
  readonly numbers: number | null
}

const BAD_KEY = 12001

/**
 * Asks a provider for the list of our numbers: it costs nothing, sends nothing, and needs the key.
 * @throws Problem `provider.not_found`, `provider.not_available`
 */
export async function testProvider(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  signal: AbortSignal,
): Promise<ProviderReport> {
  const { clock, store, upstream } = services
  const provider = await store.asAccount(scope, async (tx) => {
    const row = await findProvider(tx, id)
    const { keys } = await readAccount(services, tx)
    return openProvider(keys, row)
  })
  if (!upstream) throw new Problem('provider.not_available')
  const begun = clock.now()
  const asked = await upstream
    .open(provider)
    .numbers(signal)
    .catch((error: unknown) => {
      if (error instanceof UpstreamError) return error
      throw error
    })
  const durationMs = clock.now() - begun
  const checks = [settingsCheck(provider.settings.enabled), ...answerChecks(asked, durationMs)]
  const failed = checks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)
  await store.asAccount(scope, (tx) => recordAudit(services, tx, actor, 'provider.tested', id, { failed }))
  return {
    ok: failed.length === 0,
    checks,
    numbers: asked instanceof UpstreamError ? null : asked.length,
  }
}

function settingsCheck(enabled: boolean): ProviderCheck {
  return {
    name: 'settings',
    outcome: enabled ? 'ok' : 'failed',
    sentence: enabled ? 'The provider is enabled.' : 'The provider is switched off.',
    fix: enabled ? null : 'Set "enabled" to true.',
    durationMs: null,
  }
}

function answerChecks(asked: UpstreamError | readonly unknown[], durationMs: number): ProviderCheck[] {
  const reached: ProviderCheck = {
    name: 'reach',
    outcome: 'ok',
    sentence: 'The provider answered.',
    fix: null,
    durationMs,
  }
  const skipped = {
    name: 'key',
    outcome: 'skipped',
    sentence: 'Not asked.',
    fix: null,
    durationMs: null,
  } as const
  if (!(asked instanceof UpstreamError)) {
    return [
      reached,
      { name: 'key', outcome: 'ok', sentence: 'The provider takes the key.', fix: null, durationMs: null },
    ]
  }
  if (asked.kind !== 'refused') {
    const fix =
      asked.kind === 'not_reached'
        ? 'Check "baseUrl", and that this machine may reach it.'
        : 'Check that "baseUrl" is that of an iFax v1 API, and try again later.'
    return [{ ...reached, outcome: 'failed', sentence: asked.message, fix }, skipped]
  }
  const isKey = asked.code === BAD_KEY || asked.httpStatus === 401 || asked.httpStatus === 403
  return [
    reached,
    {
      name: 'key',
      outcome: 'failed',
      sentence: isKey ? 'The provider does not take the key.' : 'The provider refused the list of numbers.',
      fix: isKey
        ? 'Copy the key from the settings of the provider again, and PATCH "apiKey".'
        : 'Ask the provider why; its code is in the log.',
      durationMs: null,
    },
  ]
}
