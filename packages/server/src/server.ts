import { join } from 'node:path'
import { RasterPool } from '@answerback/imaging/raster/pool'
import packageFile from '../package.json' with { type: 'json' }
import { createOidcProvider } from './adapters/auth/oidc.ts'
import { createScryptHasher } from './adapters/auth/scrypt.ts'
import { webauthn } from './adapters/auth/webauthn.ts'
import { openFileBlobs } from './adapters/blobs/file-blobs.ts'
import { SANDBOX_CARRIER_SOURCE } from './adapters/carriers/sandbox-carrier.ts'
import { APP_ROLE } from './adapters/database/app-role.ts'
import { attachDatabase } from './adapters/database/attach.ts'
import { migrate, rememberSchema } from './adapters/database/migrate.ts'
import { type OpenDatabase, openDatabase } from './adapters/database/open.ts'
import { createHttpOut } from './adapters/http-out/http-out.ts'
import { openKeyring } from './adapters/keyring/open-keyring.ts'
import { createIFaxUpstream } from './adapters/lines/ifax/upstream.ts'
import { createCallingMachines } from './adapters/lines/sandbox/calling-machines.ts'
import { createSandboxLine } from './adapters/lines/sandbox/sandbox-line.ts'
import { createLogger } from './adapters/logging/pino-logger.ts'
import { createSmtpMailer } from './adapters/mail/smtp-mailer.ts'
import { createPool, executeWithin, type PostgresPool } from './adapters/postgres/connection/connection.ts'
import { createRestorations } from './adapters/postgres/restorations.ts'
import { createPostgresStore } from './adapters/postgres/store.ts'
import { installQueue } from './adapters/queue/install-queue.ts'
import { createPgBossQueue } from './adapters/queue/pg-boss-queue.ts'
import { PoolRasteriser } from './adapters/rasteriser/pool-rasteriser.ts'
import { ImageReader } from './adapters/reading/image-reader.ts'
import { SystemClock } from './adapters/system/clock.ts'
import { SystemRandom } from './adapters/system/random.ts'
import { AuditMemory } from './application/audit/audit-memory.ts'
import { providerNumbers } from './application/providers/provider-numbers.ts'
import { providerPolicy } from './application/providers/provider-url.ts'
import type { Services } from './application/services.ts'
import type { Config } from './config/config.ts'
import { describeInstallation } from './installation.ts'
import type { Clock } from './ports/clock.ts'
import type { Logger } from './ports/logger.ts'
import { startAuditLog } from './rounds.ts'
import { openSipLine } from './sip.ts'
import { type Certificates, openCertificates } from './tls.ts'
import { startWeb } from './web.ts'
import { startWorkers } from './workers.ts'

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
/** API requests and fax workers share them; PostgreSQL's own default allows 100 for all processes. */
const CONNECTIONS = 16

/** Chooses the adapters, but for the two faces (`web.ts`). What is opened last is closed first. */
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
    auditMemory: new AuditMemory(),
    log,
    policy: config.policy,
  }
}
