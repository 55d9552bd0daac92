import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { createPool } from '../../src/adapters/postgres/connection/connection.ts'
import { createPostgresStore } from '../../src/adapters/postgres/store.ts'
import { Fault } from '../../src/domain/fax/fax.ts'
import { type NewFax, StaleLease } from '../../src/ports/store/fax-store.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import type { Tx } from '../../src/ports/store/store.ts'
import { testDatabase } from '../support/database.ts'

const faces = await testDatabase()
const pool = createPool({ ...faces.app, max: 8 }, () => undefined)
const store = createPostgresStore(pool)
const owner = new pg.Pool({ ...faces.owner, max: 2 })
after(async () => {
  await pool.close()
  await owner.end()
})

const NOW = new Date('2026-03-01T12:00:00Z')
const later = (ms: number) => new Date(NOW.getTime() + ms)
const TESTER = { kind: 'system', id: 'test', requestId: null } as const
let serial = 0

async function newAccount(): Promise<Scope> {
  serial += 1
  const accountId = `acc_${serial}`
  await store.asSystem((tx) =>
    tx.accounts.create({
      id: accountId,
      name: 'Test Clinic Zebra',
      wrappedKey: Buffer.from('wrapped'),
      testClockOffsetMs: 0,
      settings: {},
      createdAt: NOW,
    }),
  )
  return { accountId, mode: 'test' }
}

function newFax(patch: Partial<NewFax> = {}): NewFax {
  serial += 1
  return {
    id: `fax_${String(serial).padStart(6, '0')}`,
    status: 'queued',
    priority: 5,
    toSealed: Buffer.from('sealed'),
    toHash: Buffer.from(`hash-${serial}`),
    toSlot: Buffer.from(`slot-${serial}`),
    fromSealed: null,
    detailsSealed: Buffer.from('sealed'),
    patientSealed: null,
    patientHash: null,
    purpose: null,
    resolution: 'fine',
    paper: 'letter',
    renderMode: 'auto',
    contentHash: Buffer.from(`content-${serial}`),
    resendOf: null,
    tags: [],
    createdAt: NOW,
    sendAt: null,
    nextActionAt: NOW,
    deadlineAt: later(86_400_000),
    sources: [],
    pagesDocumentId: null,
    pageCount: null,
    estimatedSeconds: null,
    ...patch,
  }
}

async function insertFax(scope: Scope, patch: Partial<NewFax> = {}): Promise<string> {
  const fax = newFax(patch)
  await store.asAccount(scope, (tx) => accept(tx, fax))
  return fax.id
}

function accept(tx: Tx, fax: NewFax) {
  serial += 1
  return tx.faxes.accept(fax, {
    eventId: `evt_${String(serial).padStart(6, '0')}`,
    type: 'fax.queued',
    data: { faxId: fax.id },
    audit: {
      at: NOW,
      actor: TESTER,
      action: 'fax.accepted',
      subjectId: fax.id,
      detail: {},
      partiesSealed: null,
    },
  })
}

const record = (tx: Tx, subjectId: string | null) => {
  serial += 1
  return tx.events.record({
    id: `evt_${String(serial).padStart(6, '0')}`,
    type: 'fax.queued',
    subjectId,
    data: { faxId: subjectId },
    createdAt: NOW,
  })
}

test('a transaction sees and changes only rows of its own account and mode', async () => {
  const mine = await newAccount()
  const theirs = await newAccount()
  const id = await insertFax(theirs)
  const jobId = await store.asAccount(theirs, async (tx) => (await tx.faxes.get(id))!.jobId)
  for (const scope of [mine, { ...theirs, mode: 'live' as const }]) {
    await store.asAccount(scope, async (tx) => {
      assert.equal(await tx.faxes.get(id), undefined)
      assert.equal(await tx.faxes.getByJobId(jobId), undefined)
      assert.deepEqual(await tx.faxes.list({ limit: 10 }), [])
      assert.equal(await tx.faxes.lease(id, NOW, later(1000)), undefined)
      await tx.faxes.requestCancel(id, NOW)
    })
  }
  const fax = await store.asAccount(theirs, (tx) => tx.faxes.get(id))
  assert.equal(fax?.cancelRequestedAt, null)
  assert.equal(fax?.leaseToken, 0)
})

test('an account cannot read another account through its own repository', async () => {
  const mine = await newAccount()
  await newAccount()
  const account = await store.asAccount(mine, (tx) => tx.accounts.get())
  assert.equal(account.id, mine.accountId)
})

test('every table with an account column is behind the tenancy fence', async () => {
  const { rows } = await owner.query(
    `select table_name, array_agg(column_name::text) columns from information_schema.columns
     where table_schema = 'public' and column_name in ('account_id', 'mode') group by table_name`,
  )
  const source = await import('../../src/adapters/postgres/tenancy/tenancy.ts')
  const transformer = new source.TenancyPlugin({ accountId: 'acc_x', mode: 'test' })
  const fenced = await pool.withConnection(async ({ database }) => database.withPlugin(transformer))
  assert.ok(rows.length > 10)
  // A leaf names its account so that the database fences it; the log as a whole is read by the system alone.
  for (const row of rows.filter(({ table_name }) => table_name !== 'audit_leaf')) {
    const compiled = fenced.selectFrom(row.table_name).selectAll().compile()
    for (const column of row.columns.sort())
      assert.match(compiled.sql, new RegExp(`"${column}" = \\$`), row.table_name)
  }
})

test('an error inside a transaction leaves nothing behind, even when the work swallows it', async () => {
  const scope = await newAccount()
  const fax = newFax()
  await assert.rejects(
    store.asAccount(scope, async (tx) => {
      await accept(tx, fax)
      await accept(tx, fax).catch(() => undefined)
    }),
  )
  assert.equal(await store.asAccount(scope, (tx) => tx.faxes.get(fax.id)), undefined)
})

test('of statements sent together with one that fails nothing is left, whichever of them fails', async () => {
  const scope = await newAccount()
  const taken = newFax()
  await store.asAccount(scope, (tx) => accept(tx, taken))
  const together = async (first: NewFax, second: NewFax) => {
    const attempt = store.asAccount(scope, (tx) => Promise.all([accept(tx, first), accept(tx, second)]))
    await assert.rejects(attempt, /duplicate key/)
  }
  const others = [newFax(), newFax()] as const
  await together(taken, others[0])
  await together(others[1], taken)
  const left = await store.asAccount(scope, (tx) => tx.faxes.list({ limit: 10 }))
  assert.deepEqual(
    left.map((fax) => fax.id),
    [taken.id],
  )
})

test('a lease is given to one worker at a time, and its token rises with every lease', async () => {
  const scope = await newAccount()
  const id = await insertFax(scope)
  const leases = await Promise.all(
    Array.from({ length: 8 }, () => store.asAccount(scope, (tx) => tx.faxes.lease(id, NOW, later(30_000)))),
  )
  assert.deepEqual(
    leases.filter(Boolean).map((fax) => fax?.leaseToken),
    [1],
  )
  const second = await store.asAccount(scope, (tx) => tx.faxes.lease(id, later(30_000), later(60_000)))
  assert.equal(second?.leaseToken, 2)
})

test('a worker whose lease was taken over can change nothing', async () => {
  const scope = await newAccount()
  const id = await insertFax(scope)
  await store.asAccount(scope, (tx) => tx.faxes.lease(id, NOW, later(10)))
  await store.asAccount(scope, (tx) => tx.faxes.lease(id, later(10), later(1000)))
  await assert.rejects(
    store.asAccount(scope, (tx) => tx.faxes.transition(id, 'queued', 'preparing', {}, 1)),
    StaleLease,
  )
  assert.equal(await store.asAccount(scope, (tx) => tx.faxes.renewLease(id, 1, later(5000))), false)
  const moved = await store.asAccount(scope, (tx) => tx.faxes.transition(id, 'queued', 'preparing', {}, 2))
  assert.equal(moved.status, 'preparing')
})

test('a terminal fax never moves again and can no longer be leased', async () => {
  const scope = await newAccount()
  const id = await insertFax(scope)
  const ended = await store.asAccount(scope, (tx) =>
    tx.faxes.transition(id, 'queued', 'canceled', { endedAt: NOW }),
  )
  assert.equal(ended.nextActionAt, null)
  await assert.rejects(
    store.asAccount(scope, (tx) => tx.faxes.transition(id, 'canceled', 'queued', {})),
    Fault,
  )
  assert.equal(await store.asAccount(scope, (tx) => tx.faxes.lease(id, NOW, later(10))), undefined)
})

test('a destination takes as many calls as it has places, and a freed one goes to the highest priority', async () => {
  const scope = await newAccount()
  const slot = Buffer.from(`slot-${scope.accountId}`)
  const ids = await Promise.all([1, 9, 5].map((priority) => insertFax(scope, { toSlot: slot, priority })))
  const take = (id: string, places = 1) =>
    store.asSystem((tx) => tx.destinations.take(slot, id, places, NOW, later(1000)))
  assert.equal(await take(ids[0]!), true)
  assert.equal(await take(ids[0]!), true)
  assert.equal(await take(ids[1]!), false)
  assert.equal(await take(ids[1]!, 2), true)
  assert.equal(await take(ids[2]!, 2), false)
  for (const id of ids) {
    await store.asAccount(scope, (tx) => tx.faxes.transition(id, 'queued', 'queued', { waitingSince: NOW }))
  }
  const next = await store.asSystem((tx) => tx.destinations.release(slot, ids[0]!))
  assert.deepEqual(next, { scope, id: ids[1] })
  assert.equal(await take(ids[2]!, 2), true)
})

test('a place whose holder died is free again when its lease has run out', async () => {
  const scope = await newAccount()
  const slot = Buffer.from(`slot-${scope.accountId}`)
  assert.equal(await store.asSystem((tx) => tx.destinations.take(slot, 'fax_a', 1, NOW, later(1000))), true)
  assert.equal(
    await store.asSystem((tx) => tx.destinations.take(slot, 'fax_b', 1, later(1000), later(2000))),
    true,
  )
})

test('eight takers of one place end with one holder', async () => {
  const slot = Buffer.from('contended')
  const taken = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      store.asSystem((tx) => tx.destinations.take(slot, `fax_${n}`, 1, NOW, later(1000))),
    ),
  )
  assert.equal(taken.filter(Boolean).length, 1)
})

test('events of one fax are numbered without a gap, and each wanted one gets one delivery', async () => {
  const scope = await newAccount()
  const id = await insertFax(scope)
  const webhook = (suffix: string, eventTypes: string[]) => ({
    id: `whk_${scope.accountId}${suffix}`,
    dialect: 'native' as const,
    urlSealed: Buffer.from('u'),
    eventTypes,
    includeNumbers: false,
    secretSealed: Buffer.from('s'),
    previousSecretSealed: null,
    previousSecretUntil: null,
    basicAuthSealed: null,
    status: 'enabled' as const,
    disabledReason: null,
    description: null,
    numberIds: null,
    multipart: false,
    createdAt: NOW,
  })
  await store.asAccount(scope, async (tx) => {
    await tx.webhooks.insert(webhook('all', []))
    await tx.webhooks.insert(webhook('some', ['fax.delivered']))
  })
  const first = await store.asAccount(scope, (tx) => record(tx, id))
  const second = await store.asAccount(scope, (tx) => record(tx, id))
  // Its acceptance was the first.
  assert.deepEqual([first.sequence, second.sequence], [2, 3])
  assert.equal(first.deliveryIds.length, 1)
  const due = await store.asSystem((tx) => tx.due.deliveries(NOW, 100))
  assert.ok(due.some((delivery) => delivery.id === first.deliveryIds[0]))
})

test('a reader that goes on from its cursor gets each event once, though an earlier one commits later', async () => {
  const scope = await newAccount()
  const slow = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const late = store.asAccount(scope, async (tx) => {
    await record(tx, null)
    begun.resolve()
    await slow.promise
  })
  await begun.promise
  await store.asAccount(scope, (tx) => record(tx, null))
  await store.asAccount(scope, (tx) => record(tx, null))
  const reader = eventReader(scope)
  await reader.read().finally(() => slow.resolve())
  assert.deepEqual(reader.seen, [], 'nothing may be shown while an earlier event can still commit')
  await late
  await reader.readUntil(3)
  // One look more: nothing may come twice.
  await reader.read()
  const recorded = await owner.query('select id from event where account_id = $1', [scope.accountId])
  assert.deepEqual(reader.seen.toSorted(), recorded.rows.map((row) => row.id).toSorted())
})

test("a fax's own events are listed at once, by their sequence, though another transaction still runs", async () => {
  const scope = await newAccount()
  const other = await newAccount()
  const id = await insertFax(scope)
  const slow = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const running = store.asAccount(other, async (tx) => {
    await record(tx, null)
    begun.resolve()
    await slow.promise
  })
  await begun.promise
  for (let n = 0; n < 2; n += 1) await store.asAccount(scope, (tx) => record(tx, id))
  const sequences = async (after: number, limit: number) =>
    (await store.asAccount(scope, (tx) => tx.events.listOfFax(id, after, limit))).map((row) => row.sequence)
  try {
    assert.deepEqual(await sequences(0, 2), [1, 2])
    assert.deepEqual(await sequences(2, 2), [3])
  } finally {
    slow.resolve()
    await running
  }
})

/** Reads the event list as a client does, a page of two at a time, always from the last cursor it saw. */
function eventReader(scope: Scope) {
  const seen: string[] = []
  let cursor: string | undefined
  async function read(): Promise<void> {
    const page = await store.asAccount(scope, (tx) => tx.events.list(cursor, 2))
    seen.push(...page.map((event) => event.id))
    cursor = page.at(-1)?.cursor ?? cursor
  }
  /** Other transactions of the same PostgreSQL, such as those of other tests, may hold events back for a while. */
  async function readUntil(count: number): Promise<void> {
    for (let look = 0; look < 300 && seen.length < count; look += 1) {
      await read()
      if (seen.length < count) await sleep(100)
    }
  }
  return { seen, read, readUntil }
}

test('the role the server runs as cannot change or remove an audit entry, and neither can the owner', async () => {
  const scope = await newAccount()
  await store.asAccount(scope, (tx) =>
    tx.audit.append({
      at: NOW,
      actor: { kind: 'system', id: 'test', requestId: null },
      action: 'fax.accepted',
      subjectId: null,
      detail: { pages: 1 },
      partiesSealed: null,
    }),
  )
  for (const statement of [
    'update audit_entry set action = $$x$$',
    'delete from audit_entry',
    'truncate audit_entry',
  ]) {
    await assert.rejects(asServerRole(statement), /permission denied/)
    await assert.rejects(owner.query(statement), /append-only/)
  }
})

async function asServerRole(statement: string): Promise<unknown> {
  const client = new pg.Client(faces.app)
  await client.connect()
  try {
    return await client.query(statement)
  } finally {
    await client.end()
  }
}

test('an idempotency key is claimed once, told to others, and taken over only after its lock ran out', async () => {
  const scope = await newAccount()
  const key = Buffer.from('key')
  const request = Buffer.from('request')
  const claim = (now: Date, hash = request) =>
    store.asAccount(scope, (tx) =>
      tx.idempotency.claim(key, hash, now, new Date(now.getTime() + 60_000), later(86_400_000)),
    )
  const claims = await Promise.all(Array.from({ length: 8 }, () => claim(NOW)))
  assert.equal(claims.filter((row) => row === 'claimed').length, 1)
  assert.notEqual(await claim(later(59_000)), 'claimed')
  assert.notEqual(await claim(later(61_000), Buffer.from('other')), 'claimed')
  assert.equal(await claim(later(61_000)), 'claimed')
  await store.asAccount(scope, (tx) => tx.idempotency.finish(key, 202, Buffer.from('reply')))
  const done = await claim(later(3_600_000))
  assert.ok(done !== 'claimed' && done.state === 'done' && done.responseStatus === 202)
  assert.equal(await claim(later(86_400_000)), 'claimed')
})

test('a test-mode fax is due on its account’s own clock', async () => {
  const scope = await newAccount()
  const id = await insertFax(scope, { nextActionAt: later(3_600_000) })
  const isDue = async () =>
    (await store.asSystem((tx) => tx.due.faxes(NOW, 1000))).some((fax) => fax.id === id)
  assert.equal(await isDue(), false)
  assert.equal(await store.asAccount(scope, (tx) => tx.accounts.advanceTestClock(3_600_000)), 3_600_000)
  assert.equal(await isDue(), true)
})
