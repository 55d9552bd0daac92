import { availableParallelism } from 'node:os'
import { isAbsolute, relative, resolve } from 'node:path'
import type { OidcSettings } from './adapters/auth/oidc.ts'
import type { KeyProviderSettings } from './adapters/keyring/open-keyring.ts'
import type { Policy } from './application/services.ts'
import { BAA_GATES, type BaaGate } from './domain/party.ts'
import { overrideRetry, parseRetryOverrides } from './domain/retry-overrides.ts'
import { DEFAULT_RETRY_POLICY } from './domain/retry-policy.ts'
import { KEY_PROVIDERS, readKeyConfig } from './key-config.ts'
import { readLimitPolicy } from './limits-config.ts'
import { readOidcConfig, readPeoplePolicy } from './people-config.ts'
import { readSipConfig, type SipConfig } from './sip-config.ts'
import { readSmtpConfig, type SmtpConfig } from './smtp-config.ts'
import { readTransportConfig, type TransportConfig } from './transport-config.ts'

export type Profile = 'development' | 'production'

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
  readonly requestsPerMinute: number
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

/** One setting that must be changed before the server starts. */
export interface Misconfiguration {
  readonly setting: string
  readonly sentence: string
  readonly fix: string
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly Misconfiguration[]

  constructor(faults: readonly Misconfiguration[]) {
    super(faults.map((fault) => `${fault.setting}: ${fault.sentence} ${fault.fix}`).join('\n'))
    this.faults = faults
  }
}

/** `auto`: the machine's tesseract where it has one, else our own. */
const OCR_ENGINES = ['auto', 'native', 'wasm'] as const
type OcrEngine = (typeof OCR_ENGINES)[number]

type Settings = Readonly<Record<string, unknown>>
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

const HOUR_MS = 3_600_000
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
  webhookClientCertificate: { environment: 'ANSWERBACK_WEBHOOK_CLIENT_CERTIFICATE', kind: 'string' },
  webhookClientKey: { environment: 'ANSWERBACK_WEBHOOK_CLIENT_KEY', kind: 'string' },
  renderWorkers: { environment: 'ANSWERBACK_RENDER_WORKERS', kind: { from: 1, to: 64 } },
  faxConcurrency: { environment: 'ANSWERBACK_FAX_CONCURRENCY', kind: { from: 1, to: 2000 } },
  webhookConcurrency: { environment: 'ANSWERBACK_WEBHOOK_CONCURRENCY', kind: { from: 1, to: 500 } },
  ocrEngine: { environment: 'ANSWERBACK_OCR_ENGINE', kind: { oneOf: OCR_ENGINES } },
  ocrPagesAtOnce: { environment: 'ANSWERBACK_OCR_PAGES_AT_ONCE', kind: { from: 1, to: 64 } },
  requestsPerMinute: { environment: 'ANSWERBACK_REQUESTS_PER_MINUTE', kind: { from: 1, to: 10_000_000 } },
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

/**
 * Reads the configuration file's content and the environment; the environment wins.
 * @throws ConfigError with every fault at once, each with its fix.
 */
export function readConfig(
  profile: Profile,
  file: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): Config {
  const faults: Misconfiguration[] = []
  const values = readSettings(file, environment, faults)
  const dataFolder = resolve(text(values.data) ?? '.data')
  const host = text(values.host) ?? '127.0.0.1'
  const config: Config = {
    profile,
    host,
    port: number(values.port, 8480),
    publicUrl: text(values.publicUrl)?.replace(/\/+$/, ''),
    dataFolder,
    databaseUrl: text(values.databaseUrl),
    keyFolder: resolve(text(values.keyFolder) ?? `${dataFolder}/keys`),
    keyProvider: readKeys(values, faults),
    transport: readTransportConfig(values, isLoopback(host), faults),
    renderWorkers: number(values.renderWorkers, Math.min(2, availableParallelism())),
    faxConcurrency: number(values.faxConcurrency, 16),
    webhookConcurrency: number(values.webhookConcurrency, 16),
    ocrEngine: (values.ocrEngine as OcrEngine | undefined) ?? 'auto',
    ocrPagesAtOnce: number(values.ocrPagesAtOnce, Math.max(1, Math.floor(availableParallelism() / 2))),
    requestsPerMinute: number(values.requestsPerMinute, profile === 'development' ? 60_000 : 1200),
    compatStrictHttp200: values.compatStrictHttp200 !== false,
    reconcileMs: number(values.reconcileMinutes, 15) * 60_000,
    drainMs: number(values.drainSeconds, 30) * 1000,
    auditCheckpointFile: optionalPath(values.auditCheckpointFile),
    backupStatusFile: optionalPath(values.backupStatusFile) ?? resolve(dataFolder, 'backup-status.json'),
    sip: readSip(values, profile, faults),
    smtp: readSmtpConfig({ smtpUrl: text(values.smtpUrl), mailFrom: text(values.mailFrom) }, faults),
    oidc: readOidcConfig(values, profile, faults),
    policy: readPolicy(values, profile, faults),
  }
  faults.push(...unsafeSettings(config))
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}

function publicUrlOf(values: Settings): string | undefined {
  return text(values.publicUrl)?.replace(/\/+$/, '')
}

function readKeys(values: Settings, faults: Misconfiguration[]): KeyProviderSettings {
  const settings = {
    keyProvider: text(values.keyProvider),
    kmsKey: text(values.kmsKey),
    kmsEndpoint: text(values.kmsEndpoint),
    awsRegion: text(values.awsRegion),
    awsAccessKeyId: text(values.awsAccessKeyId),
    awsSecretAccessKey: text(values.awsSecretAccessKey),
    awsSessionToken: text(values.awsSessionToken),
    vaultAddress: text(values.vaultAddress),
    vaultMount: text(values.vaultMount),
    vaultKey: text(values.vaultKey),
    vaultNamespace: text(values.vaultNamespace),
    vaultToken: text(values.vaultToken),
    vaultTokenFile: optionalPath(values.vaultTokenFile),
  }
  return readKeyConfig(settings, faults)
}

function readSip(values: Settings, profile: Profile, faults: Misconfiguration[]): SipConfig | undefined {
  const settings = {
    sipListen: text(values.sipListen),
    sipPublicAddress: text(values.sipPublicAddress),
    mediaAddress: text(values.mediaAddress),
    mediaPorts: text(values.mediaPorts),
    sipTlsCertificate: text(values.sipTlsCertificate),
    sipTlsKey: text(values.sipTlsKey),
  }
  return readSipConfig(settings, profile, faults)
}

function readPolicy(values: Settings, profile: Profile, faults: Misconfiguration[]): Policy {
  const retry = parseRetryOverrides(values.retry ?? {})
  if ('field' in retry) {
    const fix = 'See docs/reference/configuration.md for its rules and bounds.'
    faults.push({ setting: retry.field, sentence: 'The value does not fit.', fix })
  }
  return {
    retry: overrideRetry(DEFAULT_RETRY_POLICY, 'field' in retry ? undefined : retry.overrides),
    callsPerDestination: number(values.callsPerDestination, 1),
    faxLifetimeMs: number(values.faxLifetimeHours, 24) * HOUR_MS,
    callDurationMaxMs: number(values.callMinutesMax, 90) * 60_000,
    leaseMs: 20_000,
    duplicateGuardMs: number(values.duplicateGuardMinutes, 5) * 60_000,
    documentBytesMax: number(values.documentMegabytesMax, 50) * 1_048_576,
    documentsPerFaxMax: number(values.documentsPerFaxMax, 20),
    pagesPerFaxMax: number(values.pagesPerFaxMax, 500),
    uploadLifetimeMs: 24 * HOUR_MS,
    fetchTimeoutMs: 20_000,
    loopbackWebhooks: profile === 'development',
    baaGate: (values.baaGate as BaaGate | undefined) ?? (profile === 'development' ? 'warn' : 'enforce'),

    allowedPrivateHosts: (values.allowedPrivateHosts as string[] | undefined) ?? [],
    publicUrl: publicUrlOf(values),
    people: readPeoplePolicy(values, profile, faults),
    limits: readLimitPolicy(values, faults),
  }
}

/** What production refuses to start with. */
function unsafeSettings(config: Config): Misconfiguration[] {
  const faults: Misconfiguration[] = []
  if (config.publicUrl !== undefined && !/^https?:\/\/[^\s/]+$/.test(config.publicUrl)) {
    const fix = 'Give an address such as https://fax.clinic.example, without a path.'
    faults.push({ setting: 'ANSWERBACK_PUBLIC_URL', sentence: 'It is not the address of a server.', fix })
  }
  const loopback = isLoopback(config.host)
  if (config.profile === 'development') {
    if (!loopback) {
      faults.push({
        setting: 'ANSWERBACK_HOST',
        sentence: 'The development profile listens on this machine only.',
        fix: 'Unset ANSWERBACK_HOST, or run "npx answerback serve" with a production configuration.',
      })
    }
    return faults
  }
  if (!loopback && !config.transport.tls && !config.transport.tlsTerminatedByProxy) {
    faults.push({
      setting: 'ANSWERBACK_HOST',
      sentence: 'Plain HTTP would leave this machine.',
      fix: 'Name a certificate (ANSWERBACK_TLS_CERTIFICATE, ANSWERBACK_TLS_KEY), listen on 127.0.0.1, or set ANSWERBACK_TLS_TERMINATED_BY_PROXY=true when a proxy in front terminates TLS.',
    })
  }
  if (config.keyProvider.kind === 'file' && contains(config.dataFolder, config.keyFolder)) {
    faults.push({
      setting: 'ANSWERBACK_KEY_FOLDER',
      sentence: 'The master key would lie beside the data it protects.',
      fix: 'Name a folder outside the data folder that only this user can read; "npx answerback setup" makes the key in it.',
    })
  }
  return faults
}

export function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === '::1' || host === 'localhost'
}

export function contains(folder: string, file: string): boolean {
  const path = relative(folder, file)
  return !path.startsWith('..') && !isAbsolute(path)
}

function readSettings(
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

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function optionalPath(value: unknown): string | undefined {
  const path = text(value)
  return path === undefined ? undefined : resolve(path)
}

function number(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback
}
