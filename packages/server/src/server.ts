import { join } from 'node:path'
import { RasterPool } from '@answerback/imaging/raster/pool'
import packageFile from '../package.json' with { type: 'json' }
import { createOidcProvider } from './adapters/auth/oidc.ts'
import { createScryptHasher } from './adapters/auth/scrypt.ts'
import { webauthn } from './adapters/auth/webauthn.ts'
import { openFileBlobs } from './adapters/blobs/file-blobs.ts'
import { SANDBOX_CARRIER_SOURCE } from './adapters/carriers/sandbox-carrier.ts'
import { openCheckpointFile } from './adapters/checkpoint-file/checkpoint-file.ts'
import { APP_ROLE } from './adapters/database/app-role.ts'
import { attachDatabase } from './adapters/database/attach.ts'
import { migrate, rememberSchema } from './adapters/database/migrate.ts'
import { type OpenDatabase, openDatabase } from './adapters/database/open.ts'
import { registerNativeApi } from './adapters/http/register.ts'
import { createHttpOut } from './adapters/http-out/http-out.ts'
import { registerIFax } from './adapters/ifax/register.ts'
import { ifaxFormat } from './adapters/ifax/webhook-format.ts'
import { openKeyring } from './adapters/keyring/open-keyring.ts'
import { createIFaxUpstream } from './adapters/lines/ifax/upstream.ts'
import { createCallingMachines } from './adapters/lines/sandbox/calling-machines.ts'
import { createSandboxLine } from './adapters/lines/sandbox/sandbox-line.ts'
import { createLogger } from './adapters/logging/pino-logger.ts'
import { createSmtpMailer } from './adapters/mail/smtp-mailer.ts'
import { createMetrics } from './adapters/metrics/metrics.ts'
import { createPool, executeWithin, type PostgresPool } from './adapters/postgres/connection/connection.ts'
import { createRestorations } from './adapters/postgres/restorations.ts'
import { createPostgresStore } from './adapters/postgres/store.ts'
import { installQueue } from './adapters/queue/install-queue.ts'
import { createPgBossQueue } from './adapters/queue/pg-boss-queue.ts'
import { PoolRasteriser } from './adapters/rasteriser/pool-rasteriser.ts'
import { ImageReader } from './adapters/reading/image-reader.ts'
import { SystemClock } from './adapters/system/clock.ts'
import { SystemRandom } from './adapters/system/random.ts'
import { createApp, replaceCertificate } from './adapters/web/app.ts'
import { createFairGate } from './adapters/web/fair-gate.ts'
import { DEFAULT_WEB_OPTIONS, type WebOptions } from './adapters/web/web-app.ts'
import { advanceFax } from './application/attempts/advance-fax.ts'
import { settleRestored } from './application/attempts/settle-restored.ts'
import { keepAuditLog } from './application/audit/keep-audit-log.ts'
import { keepKeyring } from './application/keyring/keep-keyring.ts'
import { sendNotice } from './application/notices/send-notice.ts'
import { hashLinks } from './application/patients/hash-links.ts'
import { fetchUpstream } from './application/providers/fetch-upstream.ts'
import { providerNumbers } from './application/providers/provider-numbers.ts'
import { providerPolicy } from './application/providers/provider-url.ts'
import { reconcileAll } from './application/providers/reconcile.ts'
import { examineReceived } from './application/receiving/examine-received.ts'
import { readReceivedText } from './application/receiving/read-text.ts'
import { applyRetention } from './application/retention/apply-retention.ts'
import type { Services } from './application/services.ts'
import { sweep } from './application/upkeep/sweep.ts'
import { deliverWebhook } from './application/webhooks/deliver-webhook.ts'
import { nativeFormat, type WebhookFormats } from './application/webhooks/webhook-format.ts'
import type { Config } from './config/config.ts'
import { describeInstallation } from './installation.ts'
import { listen } from './listen.ts'
import type { Clock } from './ports/clock.ts'
import type { Logger } from './ports/logger.ts'
import type { Restorations } from './ports/store/restoration-store.ts'
import { openSipLine } from './sip.ts'
import { type Certificates, openCertificates } from './tls.ts'

export interface RunningServer {
  /** Empty when nothing listens. */
  readonly url: string
  readonly services: Services
  /** Reads the certificates again; connections that are open go on. */
  reload(): Promise<void>
  /** Drains: refuses requests, lets calls end within the grace, closes the database last. */
  close(): Promise<void>
}

export interface StartOptions {
  /** Our own PostgreSQL ended by itself; the process cannot go on. */
  readonly onDatabaseExit: (sentence: string) => void
  readonly createMasterKey?: boolean
  /** False: everything but the listener and the workers, for one-off commands. */
  readonly serve?: boolean
  /** A server may be running on the same database, which is taken as it is. */
  readonly isBeside?: boolean
  /** The configuration file, where there is one with a secret in it. */
  readonly secretConfig?: string | undefined
}

const MIGRATIONS = join(import.meta.dirname, 'adapters/postgres/migrations')
/** With a lease of 20 s, what a dead process held is taken over within 25 s. */
const SWEEP_INTERVAL_MS = 5_000
const FIRST_RECONCILE_MS = 30_000
/** Documents fetched from providers at once: each may be tens of megabytes in memory. */
const FETCHED_AT_ONCE = 2
/** What is over by the rules is gone within two of them. */
const RETENTION_INTERVAL_MS = 60_000
/** Mail servers refuse a client that keeps many connections open. */
const MAILS_AT_ONCE = 4
/** API requests and fax workers share them; PostgreSQL's own default allows 100 for all processes. */
const CONNECTIONS = 16
/** Received faxes; their pages wait for the threads that read them, and a short fax must not wait behind a long one. */
const EXAMINED_AT_ONCE = 4
const READ_AT_ONCE = 2
/** Of a 429: eight connections that heed none ask sixteen times a second. */
const REFUSAL_DELAY_MS = 500

/** The only place that chooses adapters. What is opened last is closed first. */
export async function startServer(config: Config, options: StartOptions): Promise<RunningServer> {
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const clock = new SystemClock()
    const log = createLogger({ clock, level: config.profile === 'production' ? 'info' : 'warn' })
    const database = await (options.isBeside ? attachDatabase : openDatabase)({
      url: config.databaseUrl,
      dataFolder: config.dataFolder,
      onExit: options.onDatabaseExit,
    })
    closers.push(() => database.close())
    if (!options.isBeside) {
      await migrate(database, MIGRATIONS)
      await installQueue(database.owner, APP_ROLE)
    }
    const pool = createPool({ ...database.app, max: CONNECTIONS }, (error) =>
      log.warn('database.idle', { error }),
    )
    closers.push(() => pool.close())
    const raster = new RasterPool({ workers: config.renderWorkers })
    closers.push(() => raster.close())
    const reader = new ImageReader(config)
    closers.push(() => reader.close())
    const certificates = await openCertificates(config.transport, log)
    closers.push(async () => certificates.close())
    const ground = await assemble(config, options, {
      clock,
      log,
      database,
      pool,
      raster,
      reader,
      certificates,
    })
    const { reload } = certificates
    if (options.serve === false) return { url: '', services: ground, reload, close }
    closers.push(startAuditLog(ground, config))
    const sip = config.sip && (await openSipLine(config.sip, ground, packageFile.version))
    if (sip) closers.push(() => sip.close(config.drainMs))
    const services = sip ? { ...ground, lines: [...ground.lines, sip], trunkProbe: sip } : ground
    closers.push(await startWorkers(services, config, createRestorations(pool)))
    const web = await startWeb(services, config, certificates)
    closers.push(web.close)
    return { url: web.url, services, reload, close }
  } catch (error) {
    await close()
    throw error
  }
}

interface Foundation {
  readonly clock: Clock
  readonly log: Logger
  readonly database: OpenDatabase
  readonly pool: PostgresPool
  readonly raster: RasterPool
  readonly reader: ImageReader
  readonly certificates: Certificates
}

async function assemble(config: Config, options: StartOptions, ground: Foundation): Promise<Services> {
  const { clock, log, database, pool, raster, reader, certificates } = ground
  const create = options.createMasterKey === true || config.profile === 'development'
  const { webhookClient } = certificates
  const httpOut = createHttpOut(webhookClient ? { identity: () => webhookClient.pem } : {})
  const store = createPostgresStore(pool)
  const keyring = await openKeyring(
    config.keyProvider,
    config.keyFolder,
    { create },
    {
      read: () => store.asSystem((tx) => tx.keyring.installationKey()),
      keep: (wrapped) =>
        store.asSystem((tx) => tx.keyring.keepInstallationKey(wrapped, new Date(clock.now()))),
    },
  )
  const upstream = createIFaxUpstream({
    httpOut,
    policy: providerPolicy(config.policy),
    documentBytesMax: config.policy.documentBytesMax,
  })
  return {
    store,
    queue: createPgBossQueue({
      connection: database.app,
      executeWithin,
      onError: (error) => log.error('queue.fault', { error }),
    }),
    blobs: await openFileBlobs(join(config.dataFolder, 'blobs'), clock.now()),
    keyring,
    clock,
    random: new SystemRandom(clock),
    rasteriser: new PoolRasteriser(raster, {
      documentBytesMax: config.policy.documentBytesMax,
      pagesMax: config.policy.pagesPerFaxMax,
    }),
    pageReader: reader,
    lines: [createSandboxLine(clock)],
    carriers: [SANDBOX_CARRIER_SOURCE, providerNumbers(store, keyring, upstream)],
    callingMachines: createCallingMachines(clock),
    httpOut,
    upstream,
    passwords: createScryptHasher(),
    passkeys: webauthn,
    ...(config.oidc
      ? {
          identityProvider: createOidcProvider(config.oidc, {
            httpOut,
            clock,
            policy: providerPolicy(config.policy),
          }),
        }
      : {}),
    ...(config.smtp ? { mailer: createSmtpMailer(config.smtp) } : {}),
    installation: describeInstallation(config, {
      schemaStanding: await rememberSchema(database, MIGRATIONS),
      secretConfig: options.secretConfig,
      databaseHost: process.env.PGHOST,
    }),
    log,
    policy: config.policy,
  }
}

const WEBHOOK_FORMATS: WebhookFormats = { native: nativeFormat, ifax: ifaxFormat }

/** Takes jobs until the returned function is called. */
async function startWorkers(
  services: Services,
  config: Config,
  restorations: Restorations,
): Promise<() => Promise<void>> {
  const { queue } = services
  await queue.start()
  await settleRestored(services, restorations)
  await queue.work('advance-fax', config.faxConcurrency, (job, signal) =>
    advanceFax(services, { scope: job.scope, faxId: job.subjectId }, signal),
  )
  await queue.work('deliver-webhook', config.webhookConcurrency, (job) =>
    deliverWebhook(services, WEBHOOK_FORMATS, job.scope, job.subjectId),
  )
  await queue.work('send-notice', MAILS_AT_ONCE, (job) => sendNotice(services, job.scope, job.subjectId))
  const stopping = new AbortController()
  await queue.work('fetch-upstream', FETCHED_AT_ONCE, (job, signal) =>
    fetchUpstream(services, job.scope, job.subjectId, AbortSignal.any([signal, stopping.signal])),
  )
  // Neither is worth waiting for when the server stops: whoever starts next does it.
  await queue.work('examine-received', EXAMINED_AT_ONCE, (job, signal) =>
    examineReceived(services, job.scope, job.subjectId, AbortSignal.any([signal, stopping.signal])),
  )
  await queue.work('read-text', READ_AT_ONCE, (job, signal) =>
    readReceivedText(services, job.scope, job.subjectId, AbortSignal.any([signal, stopping.signal])),
  )
  const sweeping = sweepForever(services, stopping.signal)
  const reconciling = reconcileForever(services, config.reconcileMs, stopping.signal)
  const retaining = retainForever(services, stopping.signal)
  return async () => {
    stopping.abort()
    await Promise.all([sweeping, reconciling, retaining])
    await queue.stop(config.drainMs)
  }
}

/** Soon after the start, for what came while nothing ran, and then at every interval; of several processes the first one does it. */
async function reconcileForever(services: Services, intervalMs: number, signal: AbortSignal): Promise<void> {
  if (intervalMs === 0) return
  for (let delayMs = FIRST_RECONCILE_MS; !signal.aborted; delayMs = intervalMs) {
    await services.clock.sleep(delayMs, signal).catch(() => undefined)
    try {
      if (!signal.aborted) await reconcileAll(services, intervalMs, signal)
    } catch (error) {
      services.log.error('reconciliation.fault', { error })
    }
  }
}

/** Closed after workers and calls, so that what they did last is in the last checkpoint. */
function startAuditLog(services: Services, { auditCheckpointFile }: Config): () => Promise<void> {
  const stopping = new AbortController()
  const file = auditCheckpointFile === undefined ? undefined : openCheckpointFile(auditCheckpointFile)
  const kept = keepAuditLog(services, file, stopping.signal)
  return async () => {
    stopping.abort()
    await kept
  }
}

/** The net under the queue: finds what is due and has no job, and what a dead worker left. */
async function sweepForever(services: Services, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await sweep(services)
    } catch (error) {
      services.log.error('sweep.fault', { error })
    }
    await services.clock.sleep(SWEEP_INTERVAL_MS, signal).catch(() => undefined)
  }
}

/** Destroys what the accounts' rules no longer keep, and wraps anew what old keys wrap; several processes share the work. */
async function retainForever(services: Services, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let isMore = false
    try {
      // First: what is held for a patient must be known as theirs before anything is destroyed.
      await hashLinks(services)
      const [retention, keys] = [await applyRetention(services), await keepKeyring(services)]
      isMore = retention.more || keys.more
    } catch (error) {
      services.log.error('retention.fault', { error })
    }
    await services.clock.sleep(isMore ? 0 : RETENTION_INTERVAL_MS, signal).catch(() => undefined)
  }
}

async function startWeb(
  services: Services,
  config: Config,
  { web }: Certificates,
): Promise<{ url: string; close: () => Promise<void> }> {
  const metrics = createMetrics()
  const options: WebOptions = {
    ...DEFAULT_WEB_OPTIONS,
    observe: metrics.observeRequest,
    ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
    rate: { quota: config.requestsPerMinute, windowSeconds: 60 },
    accountRate: { quota: config.accountRequestsPerMinute, windowSeconds: 60 },
    sharesRates: true,
    fairGate: createFairGate(),
    refusalDelayMs: REFUSAL_DELAY_MS,
    ...(web ? { tls: web.pem } : {}),
    isSecure: web !== undefined || config.transport.tlsTerminatedByProxy,
    trustedProxies: config.transport.trustedProxies,
  }
  const app = await createApp(services, options)
  web?.onChange((pem) => replaceCertificate(app, pem))
  const { metricsReaders } = config.transport
  registerNativeApi(app, { services, options, metrics, metricsReaders, version: packageFile.version })
  registerIFax(app, services, { strictHttp200: config.compatStrictHttp200, web: options })
  const url = await listen(app, { host: config.host, port: config.port })
  return { url, close: () => app.close() }
}
