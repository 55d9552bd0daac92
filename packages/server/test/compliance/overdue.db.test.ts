import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { recordOutcome } from '../../src/application/sending/record-outcome.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { testDatabase } from '../support/database.ts'
import { sendTo } from '../support/faxes.ts'
import { ACTOR, createTestServices } from '../support/services.ts'

const database = await testDatabase()
const services = await createTestServices(database)
after(() => services.close())
const sandbox = await services.addAccount()
const live: Scope = { ...sandbox, mode: 'live' }

test('what waits too long is counted, and nothing else', async () => {
  const client = new pg.Client(database.owner)
  await client.connect()
  try {
    const counts = () =>
      services.store.asAccount(live, (tx) => {
        const now = new Date()
        const ago = (days: number) => new Date(now.getTime() - days * 86_400_000)
        return tx.compliance.overdue({ now, dayAgo: ago(1), weekAgo: ago(7), reviewBy: ago(3) })
      })
    assert.deepEqual(await counts(), {
      held: 0,
      unknownOutcome: 0,
      openContradictions: 0,
      neglected: 0,
      unreviewedBreakGlass: [],
      failedNotices: 0,
      failingWebhooks: [],
    })
    const ids: string[] = []
    for (const code of [0, 1, 2]) ids.push((await sendTo(services, sandbox, code)).id)
    const place = (id: string, change: string) =>
      client.query(`update fax set mode = 'live', ${change} where id = $1`, [id])
    await place(ids[0]!, "hold_reason = 'first_send', held_at = now() - interval '2 days'")
    const unknown = (age: string) =>
      `status = 'outcome_unknown', ended_at = now() - interval '${age}', next_action_at = null, hold_reason = null`
    await place(ids[1]!, unknown('2 days'))
    await place(ids[2]!, unknown('40 days'))
    assert.equal((await counts()).held, 1)
    assert.equal((await counts()).unknownOutcome, 1)
    await client.query('update fax set resend_of = $1 where id = $2', [ids[1], ids[0]])
    assert.equal((await counts()).unknownOutcome, 0)
    await client.query('update fax set resend_of = null where id = $1', [ids[0]])
    assert.equal((await counts()).unknownOutcome, 1)
    await recordOutcome(services, live, ACTOR, ids[1]!, true)
    assert.equal((await counts()).unknownOutcome, 0)
    await assert.rejects(recordOutcome(services, live, ACTOR, ids[0]!, true), { code: 'request.invalid' })
    await assert.rejects(recordOutcome(services, live, ACTOR, 'fax_none', true), { code: 'fax.not_found' })
  } finally {
    await client.end()
  }
})
