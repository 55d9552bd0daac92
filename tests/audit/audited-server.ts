import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { registerNativeApi } from '../../packages/server/src/adapters/http/register.ts'
import { createMetrics } from '../../packages/server/src/adapters/metrics/metrics.ts'
import { createApp } from '../../packages/server/src/adapters/web/app.ts'
import { DEFAULT_WEB_OPTIONS } from '../../packages/server/src/adapters/web/web-app.ts'
import { createApiKey } from '../../packages/server/src/application/api-keys/create-api-key.ts'
import { keepOnce } from '../../packages/server/src/application/audit/keep-audit-log.ts'
import { recordAudit, sealParties } from '../../packages/server/src/application/record-change.ts'
import type { Scope } from '../../packages/server/src/ports/store/scope.ts'
import { sequenceAll } from '../../packages/server/test/support/audit-log.ts'
import { testDatabase } from '../../packages/server/test/support/database.ts'
import { ACTOR, createTestServices, whileTimePasses } from '../../packages/server/test/support/services.ts'

/** A server whose audit is written to at will, and whose database the test owns. */
export async function auditedServer() {
  const database = await testDatabase()
  const services = await createTestServices(database)
  const owner = new pg.Pool({ ...database.owner, max: 1 })
  const app = await createApp(services, DEFAULT_WEB_OPTIONS)
  const context = { services, options: DEFAULT_WEB_OPTIONS, metrics: createMetrics(), version: '0' }
  registerNativeApi(app, context)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  after(async () => {
    await app.close()
    await owner.end()
    await services.close()
  })

  const get = (path: string, key: string) =>
    fetch(url + path, { headers: { authorization: `Bearer ${key}` } })

  const record = (scope: Scope, count: number) =>
    services.store.asAccount(scope, async (tx) => {
      const { wrappedKey } = await tx.accounts.get()
      const keys = await services.keyring.account(scope.accountId, wrappedKey)
      for (let index = 0; index < count; index += 1) {
        const parties =
          index % 3 === 0 ? null : sealParties(keys, `fax_${index}`, { from: null, to: '+12025550100' })
        const detail = { pages: index, status: 'queued', tags: ['a', { z: null, b: true }] }
        await recordAudit(services, tx, ACTOR, 'fax.accepted', `fax_${index}`, detail, parties)
      }
    })

  return {
    url,
    services,
    owner,
    record,
    async checkpoint() {
      await sequenceAll(services, owner)
      await keepOnce(services, undefined, 0)
    },
    /** The export itself waits for the log on a virtual clock, which real transactions of other tests do not wait for. */
    async exported(key: string): Promise<string> {
      for (let attempt = 0; ; attempt += 1) {
        const response = await whileTimePasses(services.clock, get('/v2/audit/export', key))
        if (response.status === 200) return response.text()
        if (response.status !== 409 || attempt > 100) throw new Error(`HTTP ${response.status}`)
        await sleep(50)
      }
    },
    makeKey: async (scope: Scope) => (await createApiKey(services, scope, ACTOR, { name: 'Test' })).secret,
    get,
    /** As one who owns the database and takes the triggers away. */
    async tamper(statement: string, values: readonly unknown[] = []): Promise<number> {
      await owner.query('begin')
      await owner.query('set local session_replication_role = replica')
      const { rowCount } = await owner.query(statement, [...values])
      await owner.query('commit')
      return rowCount ?? 0
    },
  }
}

export type AuditedServer = Awaited<ReturnType<typeof auditedServer>>

/** Two accounts whose entries alternate, in some blocks of 256 leaves, with checkpoints within and between them. */
export async function fill(server: AuditedServer, rounds = 12): Promise<{ scope: Scope; other: Scope }> {
  const scope = await server.services.addAccount()
  const other = await server.services.addAccount()
  for (let round = 0; round < rounds; round += 1) {
    await server.record(scope, 23)
    await server.record(other, 41)
    await server.checkpoint()
    await server.services.clock.advance(7 * 60_000)
  }
  return { scope, other }
}
