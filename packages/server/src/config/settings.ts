import { BAA_GATES } from '../domain/associates/party.ts'
import { KEY_PROVIDERS } from './keys.ts'
import type { Misconfiguration } from './misconfiguration.ts'
import type { Settings } from './values.ts'

/** `auto`: the machine's tesseract where it has one, else our own. */
const OCR_ENGINES = ['auto', 'native', 'wasm'] as const
export type OcrEngine = (typeof OCR_ENGINES)[number]

type Kind =
  | 'string'
  | 'boolean'
  | 'strings'
  | 'object'
  | { readonly from: number; readonly to: number }
  | { readonly oneOf: readonly string[] }

interface Setting {
  readonly environment?: string
  readonly kind: Kind
}

const SECOND_FACTOR = ['live', 'always', 'never'] as const

/** Every setting, its variable where it has one, and what it must be. Numbers have bounds. */
const SETTINGS = {
  host: { environment: 'ANSWERBACK_HOST', kind: 'string' },
  port: { environment: 'ANSWERBACK_PORT', kind: { from: 0, to: 65_535 } },
  publicUrl: { environment: 'ANSWERBACK_PUBLIC_URL', kind: 'string' },
  data: { environment: 'ANSWERBACK_DATA', kind: 'string' },
  databaseUrl: { environment: 'DATABASE_URL', kind: 'string' },
  keyFolder: { environment: 'ANSWERBACK_KEY_FOLDER', kind: 'string' },
  keyProvider: { environment: 'ANSWERBACK_KEY_PROVIDER', kind: { oneOf: KEY_PROVIDERS } },
  kmsKey: { environment: 'ANSWERBACK_KMS_KEY', kind: 'string' },
  kmsEndpoint: { environment: 'ANSWERBACK_KMS_ENDPOINT', kind: 'string' },
  awsRegion: { environment: 'AWS_REGION', kind: 'string' },
  awsAccessKeyId: { environment: 'AWS_ACCESS_KEY_ID', kind: 'string' },
  awsSecretAccessKey: { environment: 'AWS_SECRET_ACCESS_KEY', kind: 'string' },
  awsSessionToken: { environment: 'AWS_SESSION_TOKEN', kind: 'string' },
  vaultAddress: { environment: 'ANSWERBACK_VAULT_ADDRESS', kind: 'string' },
  vaultMount: { environment: 'ANSWERBACK_VAULT_MOUNT', kind: 'string' },
  vaultKey: { environment: 'ANSWERBACK_VAULT_KEY', kind: 'string' },
  vaultNamespace: { environment: 'ANSWERBACK_VAULT_NAMESPACE', kind: 'string' },
  vaultToken: { environment: 'ANSWERBACK_VAULT_TOKEN', kind: 'string' },
  vaultTokenFile: { environment: 'ANSWERBACK_VAULT_TOKEN_FILE', kind: 'string' },
  tlsCertificate: { environment: 'ANSWERBACK_TLS_CERTIFICATE', kind: 'string' },
  tlsKey: { environment: 'ANSWERBACK_TLS_KEY', kind: 'string' },
  tlsClientCa: { environment: 'ANSWERBACK_TLS_CLIENT_CA', kind: 'string' },
  tlsTerminatedByProxy: { environment: 'ANSWERBACK_TLS_TERMINATED_BY_PROXY', kind: 'boolean' },
  trustedProxies: { environment: 'ANSWERBACK_TRUSTED_PROXIES', kind: 'strings' },
  metricsFrom: { environment: 'ANSWERBACK_METRICS_FROM', kind: 'strings' },
  webhookClientCertificate: { environment: 'ANSWERBACK_WEBHOOK_CLIENT_CERTIFICATE', kind: 'string' },
  webhookClientKey: { environment: 'ANSWERBACK_WEBHOOK_CLIENT_KEY', kind: 'string' },
  renderWorkers: { environment: 'ANSWERBACK_RENDER_WORKERS', kind: { from: 1, to: 64 } },
  faxConcurrency: { environment: 'ANSWERBACK_FAX_CONCURRENCY', kind: { from: 1, to: 2000 } },
  webhookConcurrency: { environment: 'ANSWERBACK_WEBHOOK_CONCURRENCY', kind: { from: 1, to: 500 } },
  ocrEngine: { environment: 'ANSWERBACK_OCR_ENGINE', kind: { oneOf: OCR_ENGINES } },
  ocrPagesAtOnce: { environment: 'ANSWERBACK_OCR_PAGES_AT_ONCE', kind: { from: 1, to: 64 } },
  requestsPerMinute: { environment: 'ANSWERBACK_REQUESTS_PER_MINUTE', kind: { from: 1, to: 10_000_000 } },
  accountRequestsPerMinute: {
    environment: 'ANSWERBACK_ACCOUNT_REQUESTS_PER_MINUTE',
    kind: { from: 1, to: 100_000_000 },
  },
  compatStrictHttp200: { environment: 'ANSWERBACK_COMPAT_STRICT_HTTP200', kind: 'boolean' },
  reconcileMinutes: { environment: 'ANSWERBACK_RECONCILE_MINUTES', kind: { from: 0, to: 1440 } },
  auditCheckpointFile: { environment: 'ANSWERBACK_AUDIT_CHECKPOINT_FILE', kind: 'string' },
  backupStatusFile: { environment: 'ANSWERBACK_BACKUP_STATUS_FILE', kind: 'string' },
  drainSeconds: { kind: { from: 0, to: 3600 } },
  callsPerDestination: { kind: { from: 1, to: 100 } },
  faxLifetimeHours: { kind: { from: 1, to: 24 * 30 } },
  callMinutesMax: { kind: { from: 1, to: 24 * 60 } },
  duplicateGuardMinutes: { kind: { from: 0, to: 24 * 60 } },
  documentMegabytesMax: { kind: { from: 1, to: 500 } },
  documentsPerFaxMax: { kind: { from: 1, to: 200 } },
  pagesPerFaxMax: { kind: { from: 1, to: 5000 } },
  allowedPrivateHosts: { environment: 'ANSWERBACK_ALLOWED_PRIVATE_HOSTS', kind: 'strings' },
  faxesPerDay: { environment: 'ANSWERBACK_FAXES_PER_DAY', kind: { from: 1, to: 100_000_000 } },
  pagesPerDay: { environment: 'ANSWERBACK_PAGES_PER_DAY', kind: { from: 1, to: 1_000_000_000 } },
  newNumbersPerHour: { environment: 'ANSWERBACK_NEW_NUMBERS_PER_HOUR', kind: { from: 1, to: 10_000_000 } },
  uploadMegabytesPerDay: {
    environment: 'ANSWERBACK_UPLOAD_MEGABYTES_PER_DAY',
    kind: { from: 1, to: 100_000_000 },
  },
  allowedDestinations: { environment: 'ANSWERBACK_ALLOWED_DESTINATIONS', kind: 'strings' },
  blockedDestinations: { environment: 'ANSWERBACK_BLOCKED_DESTINATIONS', kind: 'strings' },
  premiumDestinations: { environment: 'ANSWERBACK_PREMIUM_DESTINATIONS', kind: 'boolean' },
  baaGate: { environment: 'ANSWERBACK_BAA_GATE', kind: { oneOf: BAA_GATES } },
  sessionIdleMinutes: { environment: 'ANSWERBACK_SESSION_IDLE_MINUTES', kind: { from: 1, to: 60 } },
  sessionHours: { environment: 'ANSWERBACK_SESSION_HOURS', kind: { from: 1, to: 24 } },
  breakGlassReviewHours: { environment: 'ANSWERBACK_BREAK_GLASS_REVIEW_HOURS', kind: { from: 1, to: 168 } },
  secondFactor: { environment: 'ANSWERBACK_SECOND_FACTOR', kind: { oneOf: SECOND_FACTOR } },
  oidcIssuer: { environment: 'ANSWERBACK_OIDC_ISSUER', kind: 'string' },
  oidcClientId: { environment: 'ANSWERBACK_OIDC_CLIENT_ID', kind: 'string' },
  oidcClientSecret: { environment: 'ANSWERBACK_OIDC_CLIENT_SECRET', kind: 'string' },
  oidcName: { environment: 'ANSWERBACK_OIDC_NAME', kind: 'string' },
  oidcAsksSecondFactor: { environment: 'ANSWERBACK_OIDC_ASKS_SECOND_FACTOR', kind: 'boolean' },
  smtpUrl: { environment: 'ANSWERBACK_SMTP_URL', kind: 'string' },
  mailFrom: { environment: 'ANSWERBACK_MAIL_FROM', kind: 'string' },
  sipListen: { environment: 'ANSWERBACK_SIP_LISTEN', kind: 'string' },
  sipPublicAddress: { environment: 'ANSWERBACK_SIP_PUBLIC_ADDRESS', kind: 'string' },
  mediaAddress: { environment: 'ANSWERBACK_MEDIA_ADDRESS', kind: 'string' },
  mediaPorts: { environment: 'ANSWERBACK_MEDIA_PORTS', kind: 'string' },
  sipTlsCertificate: { environment: 'ANSWERBACK_SIP_TLS_CERTIFICATE', kind: 'string' },
  sipTlsKey: { environment: 'ANSWERBACK_SIP_TLS_KEY', kind: 'string' },
  retry: { kind: 'object' },
} as const satisfies Record<string, Setting>

type SettingName = keyof typeof SETTINGS

/** Those that hold a secret, or may. */
const SECRETS: readonly SettingName[] = [
  'databaseUrl',
  'smtpUrl',
  'oidcClientSecret',
  'awsSecretAccessKey',
  'awsSessionToken',
  'vaultToken',
]

/** Whether a configuration file is one that nobody else may read. */
export function holdsSecret(file: Settings): boolean {
  return SECRETS.some((name) => file[name] !== undefined)
}

/** What the file and the environment set; the environment wins. Every fault goes to `faults`, each with its fix. */
export function readSettings(
  file: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  faults: Misconfiguration[],
): Settings {
  const values: Record<string, unknown> = {}
  for (const name of Object.keys(file)) {
    if (!(name in SETTINGS)) {
      faults.push({
        setting: name,
        sentence: 'There is no such setting.',
        fix: 'Remove it or correct its name.',
      })
    }
  }
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    const variable = setting.environment === undefined ? undefined : environment[setting.environment]
    const given =
      variable === undefined || variable === '' ? file[name as SettingName] : fromText(variable, setting.kind)
    if (given === undefined) continue
    if (fits(given, setting.kind)) values[name] = given
    else
      faults.push({
        setting: setting.environment ?? name,
        sentence: 'The value does not fit.',
        fix: expected(setting.kind),
      })
  }
  return values
}

function fromText(value: string, kind: Kind): unknown {
  if (typeof kind === 'object' && 'from' in kind) return /^-?\d+$/.test(value) ? Number(value) : value
  if (kind === 'boolean') return value === 'true' ? true : value === 'false' ? false : value
  if (kind === 'strings') return value.split(',').map((part) => part.trim())
  return value
}

function fits(value: unknown, kind: Kind): boolean {
  if (typeof kind === 'object') {
    if ('oneOf' in kind) return typeof value === 'string' && kind.oneOf.includes(value)
    return typeof value === 'number' && Number.isInteger(value) && value >= kind.from && value <= kind.to
  }
  if (kind === 'strings') return Array.isArray(value) && value.every((item) => typeof item === 'string')
  if (kind === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === kind
}

function expected(kind: Kind): string {
  if (typeof kind === 'object' && 'oneOf' in kind) return `Give one of ${kind.oneOf.join(', ')}.`
  if (typeof kind === 'object') return `Give a whole number from ${kind.from} to ${kind.to}.`
  if (kind === 'strings') return 'Give a list of texts.'
  if (kind === 'boolean') return 'Give true or false.'
  return kind === 'object' ? 'Give an object.' : 'Give a text.'
}
