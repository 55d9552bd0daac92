import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { KeyProviderSettings } from '../adapters/keyring/open-keyring.ts'
import type { Config } from './config.ts'
import { readKeyConfig } from './keys.ts'
import { ConfigError, type Misconfiguration, type Profile } from './misconfiguration.ts'
import { readOidcConfig } from './people.ts'
import { readPolicy } from './policy.ts'
import { type OcrEngine, readSettings } from './settings.ts'
import { readSipConfig, type SipConfig } from './sip.ts'
import { readSmtpConfig } from './smtp.ts'
import { readTransportConfig } from './transport.ts'
import { isLoopback, unsafeSettings } from './unsafe-settings.ts'
import { number, optionalPath, publicUrlOf, type Settings, text } from './values.ts'

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
  const requestsPerMinute = number(values.requestsPerMinute, profile === 'development' ? 60_000 : 1200)
  const config: Config = {
    profile,
    host,
    port: number(values.port, 8480),
    publicUrl: publicUrlOf(values),
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
    requestsPerMinute,
    accountRequestsPerMinute: number(values.accountRequestsPerMinute, 2 * requestsPerMinute),
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
