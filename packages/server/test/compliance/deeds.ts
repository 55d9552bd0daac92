import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { addAgreement } from '../../src/application/associates/agreements.ts'
import { createProvider, deleteProvider } from '../../src/application/providers/providers.ts'
import { sealForWebhook } from '../../src/application/sealed/webhook-secrets.ts'
import { agreementFrom } from '../support/associates.ts'
import { ACTOR } from '../support/services.ts'
import { makeCertificate } from './certificates.ts'
import type { ConfiguredServer } from './configured-server.ts'

/** Something is broken; the function that comes back mends it, as the fix of its line says. */
export type Deed = (server: ConfiguredServer) => Promise<() => Promise<unknown> | unknown>

/** What the policy of a table with a mode says. */
export const OWN = `current_setting('answerback.account', true) in ('*', account_id) and current_setting('answerback.mode', true) in ('*', mode)`

export function sql(wrong: string, right: string): Deed {
  return async (server) => {
    await server.intrude(wrong)
    return () => server.intrude(right)
  }
}

export function fence(table: string, change: 'enable' | 'disable'): string {
  return `alter table ${table} ${change} row level security`
}

export function policy(table: string, condition = OWN): string {
  return `alter policy tenant on ${table} using (${condition}) with check (${condition})`
}

/** @param days until its last day; `null`: it has none */
export function agreement(tie: 'trunk_ids' | 'webhook_hosts' | 'systems', days: number | null): string {
  const day = days === null ? 'null' : `to_char((now() at time zone 'UTC')::date + ${days}, 'YYYY-MM-DD')`
  return `update associate_agreement set expires_on = ${day} where associate_id in (select id from associate where ${tie} <> '{}')`
}

/** A column of one row is replaced, and put back as it was. */
export function saved(table: string, column: string, wrong: string, where = 'true'): Deed {
  return async (server) => {
    await server.intrude(`create temp table kept as select ${column} as was from ${table} where ${where}`)
    await server.intrude(`update ${table} set ${column} = ${wrong} where ${where}`)
    return async () => {
      await server.intrude(`update ${table} set ${column} = (select was from kept) where ${where}`)
      await server.intrude('drop table kept')
    }
  }
}

export function key(change: string): Deed {
  return async (server) => {
    const { id } = await server.ask<{ id: string }>('POST', '/v2/api-keys', {
      name: 'Zebra',
      scopes: ['faxes:read'],
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    })
    await server.intrude(`update api_key set ${change} where id = '${id}'`)
    return () => server.ask('DELETE', `/v2/api-keys/${id}`)
  }
}

export function mode(path: string, wrong: number, right: number): Deed {
  return async (server) => {
    chmodSync(server.at(path), wrong)
    return () => chmodSync(server.at(path), right)
  }
}

export function planted(path: string, content: string): Deed {
  return async (server) => {
    writeFileSync(server.at(path), content, { mode: 0o600 })
    return () => rmSync(server.at(path))
  }
}

export function moved(path: string): Deed {
  return async (server) => {
    renameSync(server.at(path), server.at('moved'))
    return () => {
      rmSync(server.at(path), { recursive: true, force: true })
      renameSync(server.at('moved'), server.at(path))
    }
  }
}

export async function keysInData(server: ConfiguredServer) {
  renameSync(server.at('keys'), server.at('data', 'keys'))
  symlinkSync(server.at('data', 'keys'), server.at('keys'))
  return () => {
    rmSync(server.at('keys'))
    renameSync(server.at('data', 'keys'), server.at('keys'))
  }
}

export async function otherKey(server: ConfiguredServer) {
  const path = server.at('keys', 'master.json')
  const right = await readFile(path)
  const other = JSON.parse(right.toString())
  writeFileSync(path, JSON.stringify({ ...other, keys: { k1: randomBytes(32).toString('base64') } }))
  return () => writeFileSync(path, right)
}

/** Of so many days ago until so many days from now. */
export function certificate(from: number, until: number, name = 'IP:127.0.0.1'): Deed {
  return async (server) => {
    const [certificatePath, keyPath] = [server.at('certificate.pem'), server.at('key.pem')]
    const [right, rightKey] = [await readFile(certificatePath), await readFile(keyPath)]
    const put = async (content: string | Buffer, key: string | Buffer) => {
      writeFileSync(certificatePath, content)
      writeFileSync(keyPath, key, { mode: 0o600 })
      await server.server.reload()
    }
    const wrong = makeCertificate(from, until, name)
    await put(wrong.certificate, wrong.key)
    return () => put(right, rightKey)
  }
}

export async function superuser({ intruder, settings }: ConfiguredServer) {
  const { username } = new URL(String(settings.databaseUrl))
  await intruder.query(`alter role ${username} superuser`)
  return () => intruder.query(`alter role ${username} nosuperuser`)
}

export async function provider({ server, live }: ConfiguredServer) {
  const settings = {
    name: 'Test Provider',
    kind: 'ifax' as const,
    enabled: true,
    baseUrl: 'https://0.0.0.0:9',
  }
  const wanted = { settings: settings as never, apiKey: 'zebra', hookAuth: null }
  const made = await createProvider(server.services, live, ACTOR, wanted)
  return () => deleteProvider(server.services, live, ACTOR, made.provider.id)
}

export async function looseContract(server: ConfiguredServer) {
  const { services } = server.server
  const { data } = await server.ask<{ data: { id: string }[] }>('GET', '/v2/associates')
  const { id } = data[0]!
  const clauses = { permitted_uses: { answer: 'yes', note: null } } as const
  await addAgreement(services, server.live, ACTOR, id, agreementFrom(services, { clauses }))
  return async () => {
    const documentId = await server.uploadContract()
    await addAgreement(services, server.live, ACTOR, id, agreementFrom(services, { documentId }))
  }
}

export async function trunkPort(server: ConfiguredServer) {
  const { data } = await server.ask<{ data: { id: string; port: number }[] }>('GET', '/v2/trunks')
  const { id, port } = data[0]!
  const lead = async (to: number) => {
    await server.ask('PATCH', `/v2/trunks/${id}`, { port: to })
    await server.ask('POST', `/v2/trunks/${id}/acknowledge`, { mediaProtection: 'vpn' })
  }
  await lead(9)
  return () => lead(port)
}

export async function webhookInTheClear({ server, live, intruder }: ConfiguredServer) {
  const { store, keyring } = server.services
  const { id, wrappedKey } = await store.asAccount(live, (tx) => tx.accounts.get())
  const keys = await keyring.account(id, wrappedKey)
  const [webhook] = await store.asAccount(live, (tx) => tx.webhooks.list())
  const put = (url: string) =>
    intruder.query('update webhook set url_sealed = $1 where id = $2', [
      sealForWebhook(keys, webhook!.id, 'url_sealed', url),
      webhook!.id,
    ])
  await put('http://0.0.0.0:9/a')
  return () => put('https://0.0.0.0:9/a')
}

export async function deletedEntry(server: ConfiguredServer) {
  await server.intrude('create temp table kept as select * from audit_entry where position = 2')
  await server.intrude('delete from audit_entry where position = 2')
  return async () => {
    await server.intrude('insert into audit_entry overriding system value select * from kept')
    await server.intrude('drop table kept')
  }
}

export async function otherCheckpoint(server: ConfiguredServer) {
  const path = server.at('evidence', 'checkpoints.jsonl')
  const right = await readFile(path, 'utf8')
  const last = JSON.parse(right.trim().split('\n').at(-1)!)
  const note = last.note.replace(/\n\d+\n/, `\n${last.size + 1}\n`)
  writeFileSync(path, `${right}${JSON.stringify({ ...last, size: last.size + 1, note })}\n`)
  return () => writeFileSync(path, right)
}

export async function toothless(server: ConfiguredServer) {
  const define = (body: string) =>
    `create or replace function refuse_change() returns trigger language plpgsql as 'begin ${body} end'`
  await server.intrude(define('return null;'))
  const refuses = `raise exception ''audit entries are append-only'' using errcode = ''insufficient_privilege'';`
  return () => server.intrude(define(refuses))
}

/** Held by another session, the log goes on in no process. */
const LOG_LOCK = 7_204_117_002

export async function stalledLog({ server, live, intruder }: ConfiguredServer) {
  await intruder.query('select pg_advisory_lock($1)', [LOG_LOCK])
  const at = new Date(Date.now() - 40 * 60_000)
  const entry = { at, actor: ACTOR, action: 'compliance.looked_at', subjectId: null, detail: {} } as const
  await server.services.store.asAccount(live, (tx) => tx.audit.append({ ...entry, partiesSealed: null }))
  return () => intruder.query('select pg_advisory_unlock($1)', [LOG_LOCK])
}

export async function noCheckpointFile(server: ConfiguredServer) {
  const path = server.at('evidence', 'checkpoints.jsonl')
  renameSync(path, `${path}.kept`)
  mkdirSync(path)
  return () => {
    rmSync(path, { recursive: true })
    renameSync(`${path}.kept`, path)
  }
}

export function status(more: object): Deed {
  return async (server) => {
    server.writeBackupStatus(more)
    return () => server.writeBackupStatus({})
  }
}

export function ago(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString()
}

export async function noRetention({ server, live, ...rest }: ConfiguredServer) {
  const rules = await server.services.store.asAccount(live, (tx) => tx.retention.rules())
  await rest.intruder.query('delete from retention_policy')
  return () => server.services.store.asAccount(live, (tx) => tx.retention.putRules(rules!, new Date()))
}

/** The first fax to a number waits for a second look. */
export async function heldFax(server: ConfiguredServer) {
  const { id } = await server.ask('POST', '/v2/faxes', { to: '+12025551234', cover: { message: 'Zebra' } })
  await server.intrude(`update fax set held_at = now() - interval '2 days' where id = '${id}'`)
  return () => server.ask('POST', `/v2/faxes/${id}/cancel`)
}

export async function unknownFax(server: ConfiguredServer) {
  const { id } = await server.ask('POST', '/v2/faxes', { to: '+12025551235', cover: { message: 'Zebra' } })
  await server.intrude(
    `update fax set status = 'outcome_unknown', hold_reason = null, held_at = null, next_action_at = null,
       ended_at = now() - interval '2 days' where id = '${id}'`,
  )
  return () => server.ask('POST', `/v2/faxes/${id}/outcome`, { arrived: true })
}

/** A lock keeps the server's workers from it, who would take it up at once. */
export async function stuckPost(server: ConfiguredServer) {
  const { intruder } = server
  await server.intrude(
    `insert into webhook_delivery (id, account_id, mode, webhook_id, event_id, status, next_attempt_at, created_at)
     select 'dlv_zebra', account_id, mode, id, 'evt_zebra', 'pending', now() + interval '1 hour', now() from webhook`,
  )
  await intruder.query(
    `update webhook_delivery set next_attempt_at = now() - interval '1 hour' where id = 'dlv_zebra'`,
  )
  await intruder.query('begin; lock table webhook_delivery in exclusive mode')
  return async () => {
    await intruder.query(`rollback`)
    await server.intrude(
      `delete from webhook_attempt where delivery_id = 'dlv_zebra'; delete from webhook_delivery where id = 'dlv_zebra'`,
    )
  }
}

export async function futureCheckpoint(server: ConfiguredServer) {
  await server.intruder.query('select pg_advisory_lock($1)', [LOG_LOCK])
  const put = (at: string) =>
    server.intrude(
      `update audit_checkpoint set made_at = ${at} where size = (select max(size) from audit_checkpoint)`,
    )
  await put(`now() + interval '1 day'`)
  return async () => {
    await put('now()')
    await server.intruder.query('select pg_advisory_unlock($1)', [LOG_LOCK])
  }
}
