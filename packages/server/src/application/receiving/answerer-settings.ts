import type { AnswererSettings } from '../../ports/inbound-calls.ts'
import type { AccountSettings } from '../../ports/store/account-store.ts'

/** Those a page can be stored and shown in. */
export const KEPT_RESOLUTIONS: AnswererSettings['resolutions'] = ['standard', 'fine', 'superfine']

/** CSI to answer with: T.30 §5.3.6.2.4 allows 20 characters of digits, `+` and space. */
export function stationIdOf(settings: AccountSettings, called: string): string {
  return (settings.stationId ?? called).replace(/[^0-9+ ]/g, '').slice(0, 20)
}
