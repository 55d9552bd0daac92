import type { OidcSettings } from '../adapters/auth/oidc.ts'
import type { KeyProviderSettings } from '../adapters/keyring/open-keyring.ts'
import type { Policy } from '../application/services.ts'
import type { Profile } from './misconfiguration.ts'
import type { OcrEngine } from './settings.ts'
import type { SipConfig } from './sip.ts'
import type { SmtpConfig } from './smtp.ts'
import type { TransportConfig } from './transport.ts'

/** Everything the operator may set. `docs/reference/configuration.md` explains each. */
export interface Config {
  readonly profile: Profile
  readonly host: string
  readonly port: number
  /** Address that callers use, without a trailing slash, for links in replies. */
  readonly publicUrl: string | undefined
  readonly dataFolder: string
  readonly databaseUrl: string | undefined
  readonly keyFolder: string
  readonly keyProvider: KeyProviderSettings
  readonly transport: TransportConfig
  readonly renderWorkers: number
  readonly faxConcurrency: number
  readonly webhookConcurrency: number
  readonly ocrEngine: OcrEngine
  readonly ocrPagesAtOnce: number
  /** Of each key and person, and of all keys of an account and mode together. */
  readonly requestsPerMinute: number
  readonly accountRequestsPerMinute: number
  readonly compatStrictHttp200: boolean
  /** Between two reconciliations; 0: none by itself. */
  readonly reconcileMs: number
  readonly drainMs: number
  /** Where checkpoints of the audit log are appended besides. */
  readonly auditCheckpointFile: string | undefined
  /** Where backups and drills say when they last were: ours do by themselves, the operator's own job may. */
  readonly backupStatusFile: string
  /** `undefined` while the SIP line is off. */
  readonly sip: SipConfig | undefined
  /** `undefined` while no mail is sent. */
  readonly smtp: SmtpConfig | undefined
  /** `undefined` while people sign in here alone. */
  readonly oidc: OidcSettings | undefined
  readonly policy: Policy
}
