import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { AuditMemory } from '../../../src/application/audit/audit-memory.ts'
import { keepOnce } from '../../../src/application/audit/keep-audit-log.ts'
import { LOOK_MAX, proveAudit } from '../../../src/application/audit/prove-audit.ts'
import { readAuditLog } from '../../../src/application/audit/read-audit-log.ts'
import { AUDIT_CHECKS } from '../../../src/application/compliance/audit-checks.ts'
import { gatherFacts } from '../../../src/application/compliance/gather-facts.ts'
import { complianceReport } from '../../../src/application/compliance/report.ts'
import type { Services } from '../../../src/application/services.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { sequenceAll } from '../../support/audit-log.ts'
import { testInstallation } from '../../support/compliance.ts'
import { testDatabase } from '../../support/database.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const HOUR_MS = 3_600_000
/** Of the machine's time, for what takes a second. */
const PATIENCE_MS = 60_000
const database = await testDatabase()
const services = await createTestServices(database, {
  installation: testInstallation({ keptCheckpoints: null }),
})
const { clock } = services
const owner = new pg.Pool({ ...database.owner, max: 3 })
const scope: Scope = { ...(await services.addAccount()), mode: 'live' }
const stranger: Scope = { ...(await services.addAccount()), mode: 'live' }
const stopping: AbortController[] = []
const loops: Promise<void>[] = []
after(async () => {
  await owner.end()
  await services.close()
})

/** By the database itself, as accepting faxes writes them. */
async function write({ accountId, mode }: Scope, count: number): Promise<void> {
  await owner.query(
    `insert into audit_entry (account_id, mode, at, actor_kind, actor_id, action, subject_id, detail)
     select $1, $2, now(), 'key', 'key_zebra', 'fax.accepted', 'fax_' || serial, '{}' from generate_series(1, $3::integer) serial`,
    [accountId, mode, count],
  )
  await sequenceAll(services, owner)
  await keepOnce(services, undefined, 0)
}

await write(stranger, 300)
await write(scope, LOOK_MAX + 2_000)

/** A process that knows nothing yet. */
function fresh(): Services {
  return { ...services, auditMemory: new AuditMemory() }
}

/** Its background reading, which runs as time passes. */
function begin(process: Services): void {
  const stop = new AbortController()
  stopping.push(stop)
  loops.push(readAuditLog(process, stop.signal))
}

beforeEach(async () => {
  for (const each of stopping.splice(0)) each.abort()
  await Promise.all(loops.splice(0))
})
after(async () => {
  for (const each of stopping) each.abort()
  await Promise.all(loops)
})

/** Lets time pass, but not while the database is asked. */
async function passTime(isOver: () => boolean, stepMs = 100): Promise<void> {
  for (const until = performance.now() + PATIENCE_MS; !isOver(); ) {
    assert.ok(performance.now() < until, 'it never comes')
    await pause(1)
    if (!clock.isHeld && !isOver()) await clock.advance(stepMs)
  }
}

const whole = ({ auditMemory }: Services) => auditMemory.whole !== undefined
const prove = (process: Services, { accountId } = scope) => proveAudit(process, accountId, null)

async function line(process: Services) {
  const facts = await gatherFacts(process, scope, await process.installation.look(), 'development')
  return AUDIT_CHECKS[0]!.judge(facts)
}

/** Past the triggers, as whoever owns the database may. */
async function asOwner(text: string): Promise<void> {
  const client = await owner.connect()
  try {
    await client.query(`begin; set local session_replication_role = replica; ${text}; commit`)
  } finally {
    client.release()
  }
}

const at = (index: number) => `position = (select position from audit_leaf where index = ${index})`
const alter = (index: number) => asOwner(`update audit_entry set detail = '{"zebra": 1}' where ${at(index)}`)
const restore = (index: number) => asOwner(`update audit_entry set detail = '{}' where ${at(index)}`)

test('a server that has just begun looks at the newest leaves alone, and its line is not green before it has read the others', async () => {
  const process = fresh()
  const proof = await prove(process)
  assert.ok(proof.looked <= LOOK_MAX && proof.looked > LOOK_MAX - 256, `${proof.looked}`)
  assert.deepEqual([proof.unread, proof.whole], [proof.before, null])
  const early = await line(process)
  assert.equal(early.outcome, 'not_applicable')
  assert.match(early.observed, new RegExp(`of the ${proof.before} before, ${proof.before} were not read`))
  begin(process)
  await passTime(() => whole(process))
  assert.equal((await prove(process)).unread, 0)
  const late = await line(process)
  assert.deepEqual([late.outcome, late.fix], ['pass', null])
  assert.match(late.observed, new RegExp(`the ${proof.before} before were last hashed up to \\d minutes ago`))
})

test('what was changed long ago is found by the next reading, turns the line of its account red and is in the log of the server', async () => {
  const process = fresh()
  begin(process)
  await passTime(() => whole(process))
  const first = process.auditMemory.whole
  await alter(700)
  assert.equal((await line(process)).outcome, 'pass', 'no look reaches so far back')
  const before = clock.now()
  await passTime(() => process.auditMemory.whole !== first, 10_000)
  assert.ok(clock.now() - before < 1.2 * HOUR_MS, `${clock.now() - before}`)
  assert.equal((await line(process)).outcome, 'fail')
  assert.match((await line(process)).observed, /Changed or gone: entries at \d+\./)
  assert.deepEqual((await prove(process, stranger)).altered, [])
  assert.match(services.logText(), /audit_log\.altered/)
  await restore(700)
  const second = process.auditMemory.whole
  await passTime(() => process.auditMemory.whole !== second, 10_000)
  assert.equal((await line(process)).outcome, 'pass')
})

test('what a reading has found already turns the line red before it is through', async () => {
  const process = fresh()
  await alter(0)
  begin(process)
  await passTime(() => (process.auditMemory.running?.size ?? 0) > 0)
  assert.equal(process.auditMemory.whole, undefined)
  assert.equal((await prove(process, stranger)).altered.length, 1)
  await restore(0)
})

test('a log that was written anew under its checkpoints is another than was read', async () => {
  const process = fresh()
  begin(process)
  await passTime(() => whole(process))
  assert.equal((await prove(process)).whole?.holds, true)
  await asOwner(
    `create table kept_node as select * from audit_subtree where level = 8 and index = 0; update audit_subtree set hash = decode(repeat('00', 32), 'hex') where level = 8 and index = 0`,
  )
  const { altered, whole: read } = await prove(process)
  assert.deepEqual([altered, read?.holds], [[], false])
  await asOwner(
    'update audit_subtree set hash = (select hash from kept_node) where level = 8 and index = 0; drop table kept_node',
  )
})

test('who asks for the whole waits until it was read from its beginning, however lately it was before', async () => {
  const process = fresh()
  begin(process)
  await passTime(() => whole(process))
  await clock.advance(10_000)
  await alter(700)
  const report = complianceReport(process, scope, ACTOR, 'development', 'whole')
  const second = complianceReport(process, scope, ACTOR, 'development', 'whole')
  let isOver = false
  void Promise.all([report, second]).finally(() => {
    isOver = true
  })
  const before = clock.now()
  await passTime(() => isOver, 10)
  assert.ok(clock.now() - before < 45_000)
  const read = process.auditMemory.whole
  await complianceReport(process, scope, ACTOR, 'development', 'whole')
  assert.equal(process.auditMemory.whole, read, 'who asks again at once has the same')
  for (const { checks } of [await report, await second])
    assert.match(checks.find(({ id }) => id === 'audit.intact')!.observed, /Changed or gone/)
  await restore(700)
})

test('who asks for the whole of a server that does not get through waits for less than a minute, and is not told it holds', {
  timeout: PATIENCE_MS,
}, async () => {
  const from = clock.now()
  const report = complianceReport(fresh(), scope, ACTOR, 'development', 'whole')
  await passTime(() => clock.now() - from >= 55_000, 1_000)
  const found = (await report).checks.find(({ id }) => id === 'audit.intact')!
  assert.deepEqual([found.outcome, found.fix], ['not_applicable', null])
  assert.match(found.observed, /are being read: ask again\.$/)
})

test('what the log has grown by is read on, and nothing before it again', async () => {
  const process = fresh()
  begin(process)
  await passTime(() => whole(process))
  const first = process.auditMemory.whole!
  const read: number[] = []
  const readOn = first.readOn.bind(first)
  first.readOn = (given, size) => {
    read.push(first.size)
    return readOn(given, size)
  }
  const from = first.size
  await write(scope, LOOK_MAX + 1_000)
  assert.equal((await line(process)).outcome, 'not_applicable')
  const { size } = await services.store.asSystem((tx) => tx.auditLog.readAuditTree())
  await passTime(() => !first.isBehind(size))
  assert.equal(process.auditMemory.whole, first)
  assert.deepEqual([read[0], read.length], [from, Math.ceil((first.size - from) / 512)])
  assert.deepEqual([(await line(process)).outcome, (await prove(process)).unread], ['pass', 0])
})

test('the reading rests nine times as long as it works, and three times as long while somebody waits', async () => {
  const RUN_MS = 200
  const shareOf = async (isAsked: boolean) => {
    let workMs = 0
    const { store } = services
    const slow = {
      ...store,
      asSystem: (async (work, options) => {
        await clock.sleep(RUN_MS)
        workMs += RUN_MS
        return store.asSystem(work, options)
      }) as typeof store.asSystem,
    }
    const process = { ...fresh(), store: slow }
    if (isAsked) void process.auditMemory.askForWhole()
    begin(process)
    await passTime(() => workMs > 0, 100)
    const from = clock.now()
    workMs = 0
    await passTime(() => whole(process), 50)
    return workMs / (clock.now() - from)
  }
  const [unasked, asked] = [await shareOf(false), await shareOf(true)]
  assert.ok(unasked > 0.07 && unasked < 0.115, `${unasked}`)
  assert.ok(asked > 0.2 && asked < 0.27, `${asked}`)
})
