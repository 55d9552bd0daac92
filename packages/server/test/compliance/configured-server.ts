import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createAccount } from '../../src/application/account/create-account.ts'
import { complianceReport } from '../../src/application/compliance/report.ts'
import { createMailbox } from '../../src/application/inbox/mailboxes.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { KEEP_ALL } from '../../src/domain/retention/retention.ts'
import { describeInstallation } from '../../src/installation.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { type RunningServer, startServer } from '../../src/server.ts'
import { makeTestCertificate } from '../lines/sip/test-certificate.ts'
import { cover, inDays } from '../support/associates.ts'
import { testDatabase } from '../support/database.ts'
import { databaseUser } from '../support/database-user.ts'
import { addPerson } from '../support/people.ts'
import { ACTOR } from '../support/services.ts'
import { answeringCarrier } from './answering-carrier.ts'

export type Settings = Readonly<Record<string, unknown>>

/** Reached through loopback, and no address of this machine to whoever only reads it: so agreements are asked for. */
const ELSEWHERE = '0.0.0.0'
const SOON_MS = 10_000
/** The smallest contract there is: one black pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
)

/** A production server as an operator configures one, with all that can be configured, and nothing wrong with it. */
export class ConfiguredServer {
  readonly folder: string
  readonly settings: Settings
  readonly liveKey: string
  readonly live: Scope
  readonly server: RunningServer
  /** As a superuser: whoever breaks in. */
  readonly intruder: pg.Client
  readonly #certificate: string

  private constructor(
    parts: Pick<ConfiguredServer, 'folder' | 'settings' | 'liveKey' | 'live' | 'server' | 'intruder'>,
    certificate: string,
  ) {
    this.folder = parts.folder
    this.settings = parts.settings
    this.liveKey = parts.liveKey
    this.live = parts.live
    this.server = parts.server
    this.intruder = parts.intruder
    this.#certificate = certificate
  }

  static async start(closers: (() => Promise<void>)[]): Promise<ConfiguredServer> {
    const folder = mkdtempSync(join(tmpdir(), 'answerback-configured-'))
    closers.push(async () => rmSync(folder, { recursive: true, force: true }))
    const database = await testDatabase({ migrated: false })
    const intruder = new pg.Client(database.owner)
    await intruder.connect()
    const user = await databaseUser(intruder, database)
    closers.push(async () => {
      await user.drop()
      await intruder.end()
    })
    const { certificate, key } = makeTestCertificate()
    const carrier = await answeringCarrier()
    closers.push(carrier.close)
    const settings = await settingsIn(folder, user.url, { certificate, key })
    const config = readConfig('production', settings, {})
    const server = await startServer(config, {
      onDatabaseExit: () => undefined,
      createMasterKey: true,
      secretConfig: join(folder, 'config.json'),
    })
    closers.push(() => server.close())
    const { accountId, liveKey } = await createAccount(server.services, 'Zebra Example Clinic')
    const parts = { folder, settings, liveKey, live: { accountId, mode: 'live' }, server, intruder } as const
    const configured = new ConfiguredServer(parts, certificate)
    await configured.#configure(carrier.port)
    return configured
  }

  at(...path: string[]): string {
    return join(this.folder, ...path)
  }

  /** SQL of whoever breaks in, past every trigger and key. */
  async intrude(text: string): Promise<void> {
    try {
      await this.intruder.query(`begin; set local session_replication_role = replica; ${text}; commit`)
    } catch (error) {
      await this.intruder.query('rollback')
      throw error
    }
  }

  /** Ids of the lines that are red, as `doctor --production` sees them. */
  async red(): Promise<string[]> {
    const { checks } = await this.ask<Report>('GET', '/v2/compliance?standard=production')
    return checks.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id)
  }

  /** The same of this server, had it been started with other settings. */
  async redWith(changes: Settings, profile: 'production' | 'development' = 'production'): Promise<string[]> {
    const config = readConfig(profile, without({ ...this.settings, ...changes }), {})
    const installation = describeInstallation(config, { schemaStanding: async () => 'same' })
    const services = { ...this.server.services, installation, policy: config.policy }
    const { checks } = await complianceReport(services, this.live, ACTOR, 'production')
    return checks.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id)
  }

  async untilGreen(): Promise<string[]> {
    for (const untilMs = Date.now() + SOON_MS; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
      const red = await this.red()
      if (red.length === 0 || Date.now() > untilMs) return red
    }
  }

  ask<Reply = { id: string }>(method: string, path: string, body?: object | FormData): Promise<Reply> {
    return this.#send(method, path, body) as Promise<Reply>
  }

  async #send(method: string, path: string, body: object | FormData | undefined): Promise<unknown> {
    const encoded = body && new Response(body instanceof FormData ? body : JSON.stringify(body))
    const type = body instanceof FormData ? encoded?.headers.get('content-type') : 'application/json'
    const bytes = encoded && Buffer.from(await encoded.arrayBuffer())
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const headers = {
      authorization: `Bearer ${this.liveKey}`,
      ...(bytes ? { 'content-type': type!, 'content-length': bytes.length } : {}),
    }
    const port = Number(this.settings.port)
    // The certificate is replaced while a test runs, and each answer is on a connection of its own.
    const options = {
      host: '127.0.0.1',
      port,
      path,
      method,
      headers,
      rejectUnauthorized: false,
      agent: false,
    }
    const sent = request(options, async (response) => {
      const parts: Buffer[] = []
      for await (const chunk of response) parts.push(chunk)
      const text = Buffer.concat(parts).toString()
      if ((response.statusCode ?? 500) < 300) resolve(text === '' ? undefined : JSON.parse(text))
      else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`))
    })
    sent.on('error', reject)
    sent.end(bytes)
    return promise
  }

  /** For one agreement: each keeps its own. */
  async uploadContract(): Promise<string> {
    const form = new FormData()
    form.append('file', new Blob([new Uint8Array(PICTURE)]), 'agreement.png')
    return (await this.ask('POST', '/v2/uploads', form)).id
  }

  get certificate(): string {
    return this.#certificate
  }

  /** By the calls of an operator, as far as there are calls for it. */
  async #configure(carrierPort: number): Promise<void> {
    const { services } = this.server
    const { live } = this
    await this.#setKeyEnd()
    const { id: personId } = await addPerson({ services: services as never }, live, 'owner')
    await this.intrude(`update person set totp_confirmed_at = now() where id = '${personId}'`)
    const trunk = await this.ask('POST', '/v2/trunks', {
      ...{ name: 'Test Carrier', registration: 'static', host: ELSEWHERE, port: carrierPort },
      inbound: { dids: ['+12025550142'], allowedSources: ['127.0.0.1'] },
    })
    await this.ask('POST', `/v2/trunks/${trunk.id}/acknowledge`, { mediaProtection: 'vpn' })
    const [signedOn, effectiveOn] = [inDays(services, -300), inDays(services, -299)]
    for (const ties of [
      { trunkIds: [trunk.id] },
      { webhookHosts: [ELSEWHERE] },
      { systems: ['storage'] as const },
    ])
      await cover(services, live, ties, { documentId: await this.uploadContract(), signedOn, effectiveOn })
    await this.ask('POST', '/v2/webhooks', { url: `https://${ELSEWHERE}:9/a`, includeNumbers: true })
    await createMailbox(services, live, ACTOR, { name: 'Cardiology', owner: 'cardiology-desk' })
    const { data } = await this.ask<{ data: { id: string }[] }>('GET', '/v2/mailboxes')
    for (const { id } of data) await this.ask('PATCH', `/v2/mailboxes/${id}`, { owner: 'front-desk' })
    await services.store.asAccount(live, (tx) => tx.retention.putRules(KEEP_ALL, new Date()))
    this.writeBackupStatus({})
  }

  async #setKeyEnd(): Promise<void> {
    const { data } = await this.ask<{ data: { id: string }[] }>('GET', '/v2/api-keys')
    const expiresAt = new Date(Date.now() + 30 * 86_400_000).toISOString()
    for (const { id } of data) await this.ask('PATCH', `/v2/api-keys/${id}`, { expiresAt })
  }

  /** As `answerback backup` and `drill` write it, an hour ago. */
  writeBackupStatus(more: object): void {
    const at = new Date(Date.now() - 3_600_000).toISOString()
    const drills = [{ at, result: 'passed', seconds: 1, backupMadeAt: at }]
    const lastBackupFolder = this.at('backups')
    const status = { lastBackupAt: at, lastBackupFolder, lastDrillAt: at, drills, ...more }
    writeFileSync(this.at('backups', 'status.json'), JSON.stringify(status))
  }
}

/** `undefined`: as if the setting were not there. */
export function without(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

interface Report {
  readonly checks: readonly { readonly id: string; readonly outcome: string }[]
}

async function settingsIn(
  folder: string,
  databaseUrl: string,
  { certificate, key }: { certificate: string; key: string },
): Promise<Settings> {
  for (const name of ['data', 'backups', 'evidence']) mkdirSync(join(folder, name), { mode: 0o700 })
  writeFileSync(join(folder, 'certificate.pem'), certificate)
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 })
  writeFileSync(join(folder, 'config.json'), '{}', { mode: 0o600 })
  const port = await freePort()
  return {
    port,
    publicUrl: `https://127.0.0.1:${port}`,
    data: join(folder, 'data'),
    keyFolder: join(folder, 'keys'),
    databaseUrl,
    tlsCertificate: join(folder, 'certificate.pem'),
    tlsKey: join(folder, 'key.pem'),
    backupStatusFile: join(folder, 'backups', 'status.json'),
    auditCheckpointFile: join(folder, 'evidence', 'checkpoints.jsonl'),
    sipListen: `127.0.0.1:${await freePort()}`,
    mediaPorts: '31000-31018',
    allowedPrivateHosts: [ELSEWHERE],
    // A mail server on this machine is nobody else; nothing listens, and nothing is mailed.
    smtpUrl: 'smtp://127.0.0.1:9',
    mailFrom: 'fax@clinic.example',
    renderWorkers: 1,
    reconcileMinutes: 0,
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
