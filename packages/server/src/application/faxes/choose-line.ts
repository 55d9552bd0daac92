import type { E164 } from '../../domain/numbers/number.ts'
import { sandboxNumber } from '../../domain/numbers/number.ts'
import { DEFAULT_OUTBOUND_LINE } from '../../domain/providers/provider.ts'
import type { Line } from '../../ports/line.ts'
import type { AccountSettings } from '../../ports/store/account-store.ts'
import type { ProviderRow } from '../../ports/store/provider-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'

export type ChosenLine = { readonly kind: 'line'; readonly line: Line } | { readonly kind: 'provider' }

/**
 * How the faxes of a mode leave. Test keys reach lines of test mode alone, live keys lines of live mode: a line says which it is for. Which
 * of the live ones is one setting of the account (ADR 53).
 * @returns `undefined` when this server has no such line
 */
export function chooseLine(
  services: Services,
  scope: Scope,
  settings: AccountSettings,
): ChosenLine | undefined {
  if (scope.mode === 'live' && (settings.outboundLine ?? DEFAULT_OUTBOUND_LINE) !== 'sip') {
    return services.upstream && { kind: 'provider' }
  }
  const line = services.lines.find((each) => each.modes.includes(scope.mode))
  return line && { kind: 'line', line }
}

/** Whether a provider may be sent this number: a key that simulates gets the reserved numbers and no others, a real one the reverse. */
export function mayCarry({ settings }: Pick<ProviderRow, 'settings'>, to: E164): boolean {
  return settings.enabled && settings.simulated === (sandboxNumber(to) !== undefined)
}
