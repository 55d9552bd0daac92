import { join } from 'node:path'
import packageFile from '../package.json' with { type: 'json' }
import { openCheckpointFile } from './adapters/checkpoint-file/checkpoint-file.ts'
import type { CertificatePlace } from './adapters/installation/certificates.ts'
import { databaseHost, databaseTransport } from './adapters/installation/database-transport.ts'
import { createInstallation, type Places } from './adapters/installation/installation.ts'
import { keyFileOf } from './adapters/keyring/file-keys.ts'
import type { Config } from './config/config.ts'
import { isLoopback } from './config/unsafe-settings.ts'
import { destructionList } from './destructions.ts'
import type { Installation, InstallationFacts, SchemaStanding } from './ports/installation.ts'

const LOCKFILE = join(import.meta.dirname, '../../../package-lock.json')

/** What is known of a running server besides its configuration. */
export interface Surroundings {
  readonly schemaStanding: () => Promise<SchemaStanding>
  /** The configuration file, where there is one with a secret in it. */
  readonly secretConfig?: string | undefined
  /** `PGHOST`, which counts where `DATABASE_URL` names no host. */
  readonly databaseHost?: string | undefined
}

/** What a configuration says of an installation, for the checks: no secret and no path leaves here. */
export function describeInstallation(config: Config, around: Surroundings): Installation {
  const { transport, auditCheckpointFile } = config
  const file = auditCheckpointFile === undefined ? undefined : openCheckpointFile(auditCheckpointFile)
  return createInstallation(
    {
      profile: config.profile,
      version: packageFile.version,
      listensOnLoopback: isLoopback(config.host),
      tls: tlsOf(config),
      publicUrl: config.publicUrl ?? null,
      trustedProxies: transport.trustedProxies,
      metricsReaders: transport.metricsReaders,
      database: {
        kind: config.databaseUrl === undefined ? 'embedded' : 'external',
        transport: databaseTransport(config.databaseUrl, around.databaseHost),
      },
      systems: systemsOf(config, around),
      sipLine: config.sip !== undefined,
      federatedSecondFactor: config.oidc?.asksSecondFactor === true,
      settings: settingsOf(config),
    },
    placesOf(config, around),
    {
      schemaStanding: around.schemaStanding,
      lastKeptCheckpoint: async () => (await file?.last()) ?? null,
      destructionList: () => destructionList(config),
    },
  )
}

function placesOf(config: Config, { secretConfig }: Surroundings): Places {
  const { transport, sip, keyProvider } = config
  const tokenFile = keyProvider.kind === 'vault' ? keyProvider.tokenFile : undefined
  const secrets: readonly (readonly [what: string, path: string | undefined])[] = [
    ['configuration', secretConfig],
    ['key of the API’s certificate', transport.tls?.key],
    ['key of the webhook client’s certificate', transport.webhookClient?.key],
    ['key of the SIP certificate', sip?.tls?.keyPath],
    ['token for Vault', tokenFile],
  ]
  return {
    dataFolder: config.dataFolder,
    keyFolder: config.keyFolder,
    keyFile: keyProvider.kind === 'file' ? keyFileOf(config.keyFolder) : undefined,
    secrets: secrets.flatMap(([what, path]) => (path === undefined ? [] : [{ what, path }])),
    certificates: certificatesOf(config),
    checkpointFile: config.auditCheckpointFile,
    backupStatusFile: config.backupStatusFile,
    lockfile: LOCKFILE,
  }
}

/** Our listener is asked itself, a proxy at the public address; what others are shown as clients lies in files. */
function certificatesOf({ transport, sip, host, port, publicUrl }: Config): CertificatePlace[] {
  const url = publicUrl === undefined ? null : URL.parse(publicUrl)
  const name = url?.protocol === 'https:' ? url.hostname.replace(/^\[|\]$/g, '') : null
  const places: CertificatePlace[] = []
  if (transport.tls) places.push({ what: 'API', host: within(host), port, name })
  else if (name !== null) places.push({ what: 'proxy', host: name, port: Number(url?.port || 443), name })
  if (sip?.tls) places.push({ what: 'SIP line', path: sip.tls.certificatePath })
  if (transport.webhookClient)
    places.push({ what: 'webhook client', path: transport.webhookClient.certificate })
  return places
}

/** Where a listener on every address is reached from this machine. */
function within(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

function tlsOf({ transport }: Config): InstallationFacts['tls'] {
  if (transport.tls) return 'own'
  return transport.tlsTerminatedByProxy ? 'proxy' : 'none'
}

/** Who runs a database elsewhere keeps PHI for us, though they have no key to it. */
function systemsOf(config: Config, around: Surroundings): InstallationFacts['systems'] {
  const { smtp, keyProvider, databaseUrl } = config
  const keyHost = keyServiceHost(keyProvider)
  const isElsewhere = databaseTransport(databaseUrl, around.databaseHost) !== 'local'
  const storage = isElsewhere ? (databaseHost(databaseUrl ?? '', around.databaseHost) ?? '') : undefined
  return [
    ...(smtp ? [{ kind: 'smtp' as const, host: smtp.host }] : []),
    ...(keyHost === undefined ? [] : [{ kind: 'kms' as const, host: keyHost }]),
    ...(storage === undefined ? [] : [{ kind: 'storage' as const, host: storage }]),
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
    tlsClientCa: config.transport.tls?.clientCa !== undefined,
    trustedProxies: config.transport.trustedProxies.length,
    metricsReaders: config.transport.metricsReaders.length,
    auditCheckpointFile: config.auditCheckpointFile !== undefined,
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
    breakGlassReviewHours: policy.people.breakGlassReviewMs / 3_600_000,
    baaGate: policy.baaGate,
    allowedPrivateHosts: policy.allowedPrivateHosts.length,
    faxLifetimeHours: policy.faxLifetimeMs / 3_600_000,
    duplicateGuardMinutes: policy.duplicateGuardMs / 60_000,
    documentMegabytesMax: policy.documentBytesMax / 1_048_576,
    pagesPerFaxMax: policy.pagesPerFaxMax,
  }
}
