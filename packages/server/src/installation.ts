import { join } from 'node:path'
import packageFile from '../package.json' with { type: 'json' }
import { databaseTransport } from './adapters/installation/database-transport.ts'
import { createInstallation } from './adapters/installation/installation.ts'
import type { Config } from './config/config.ts'
import { contains, isLoopback } from './config/unsafe-settings.ts'
import type { Installation, InstallationFacts } from './ports/installation.ts'

const LOCKFILE = join(import.meta.dirname, '../../../package-lock.json')

/** A production server logs what it does; a developer's terminal shows what goes wrong. */
export function logLevelOf({ profile }: Pick<Config, 'profile'>): InstallationFacts['logLevel'] {
  return profile === 'production' ? 'info' : 'warn'
}

/** What a configuration says of an installation, for the checks: no secret and no path leaves here. */
export function describeInstallation(config: Config): Installation {
  return createInstallation(
    {
      profile: config.profile,
      version: packageFile.version,
      listensOnLoopback: isLoopback(config.host),
      tls: tlsOf(config),
      publicUrl: config.publicUrl ?? null,
      logLevel: logLevelOf(config),
      keysInsideData: config.keyProvider.kind === 'file' && contains(config.dataFolder, config.keyFolder),
      database: {
        kind: config.databaseUrl === undefined ? 'embedded' : 'external',
        transport: databaseTransport(config.databaseUrl),
      },
      systems: systemsOf(config),
      sipLine: config.sip !== undefined,
      federatedSecondFactor: config.oidc?.asksSecondFactor === true,
      keepsCheckpointsElsewhere: config.auditCheckpointFile !== undefined,
      settings: settingsOf(config),
    },
    {
      keyFolder: config.keyFolder,
      dataFolder: config.dataFolder,
      backupStatusFile: config.backupStatusFile,
      lockfile: LOCKFILE,
    },
  )
}

function tlsOf({ transport }: Config): InstallationFacts['tls'] {
  if (transport.tls) return 'own'
  return transport.tlsTerminatedByProxy ? 'proxy' : 'none'
}

function systemsOf({ smtp, keyProvider }: Config): InstallationFacts['systems'] {
  const keyHost = keyServiceHost(keyProvider)
  return [
    ...(smtp ? [{ kind: 'smtp' as const, host: smtp.host }] : []),
    ...(keyHost === undefined ? [] : [{ kind: 'kms' as const, host: keyHost }]),
  ]
}

function keyServiceHost(provider: Config['keyProvider']): string | undefined {
  if (provider.kind === 'file') return undefined
  if (provider.kind === 'vault') return URL.parse(provider.address)?.hostname ?? ''
  return provider.endpoint === undefined
    ? `kms.${provider.region}.amazonaws.com`
    : (URL.parse(provider.endpoint)?.hostname ?? '')
}

/** Named one by one: a setting that is new is not told before somebody has thought of what it may hold. */
function settingsOf(config: Config): InstallationFacts['settings'] {
  const { policy } = config
  return {
    profile: config.profile,
    listensOnLoopback: isLoopback(config.host),
    tls: tlsOf(config),
    publicUrl: config.publicUrl ?? null,
    database: config.databaseUrl === undefined ? 'embedded' : 'external',
    renderWorkers: config.renderWorkers,
    faxConcurrency: config.faxConcurrency,
    webhookConcurrency: config.webhookConcurrency,
    ocrEngine: config.ocrEngine,
    requestsPerMinute: config.requestsPerMinute,
    accountRequestsPerMinute: config.accountRequestsPerMinute,
    compatStrictHttp200: config.compatStrictHttp200,
    reconcileMinutes: config.reconcileMs / 60_000,
    keyProvider: config.keyProvider.kind,
    sipLine: config.sip !== undefined,
    sipTls: config.sip?.tls !== undefined,
    mailServer: config.smtp?.host ?? null,
    mailTls: config.smtp?.tls ?? null,
    identityProvider: config.oidc?.issuer ?? null,
    secondFactor: policy.people.secondFactor,
    sessionIdleMinutes: policy.people.sessionIdleMs / 60_000,
    sessionHours: policy.people.sessionMaxMs / 3_600_000,
    baaGate: policy.baaGate,
    allowedPrivateHosts: policy.allowedPrivateHosts.length,
    faxLifetimeHours: policy.faxLifetimeMs / 3_600_000,
    duplicateGuardMinutes: policy.duplicateGuardMs / 60_000,
    documentMegabytesMax: policy.documentBytesMax / 1_048_576,
    pagesPerFaxMax: policy.pagesPerFaxMax,
  }
}
