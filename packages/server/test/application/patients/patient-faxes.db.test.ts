import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { forwardReceived } from '../../../src/application/inbox/forward-received.ts'
import { linkReceived } from '../../../src/application/inbox/link-received.ts'
import { getReceived } from '../../../src/application/inbox/read-received.ts'
import { hashLinks } from '../../../src/application/patients/hash-links.ts'
import { linkFax } from '../../../src/application/patients/link-fax.ts'
import { applyRetention } from '../../../src/application/retention/apply-retention.ts'
import { lockOrder } from '../../../src/application/retention/destroy.ts'
import { createHold, releaseHold } from '../../../src/application/retention/legal-holds.ts'
import { changeRetention } from '../../../src/application/retention/retention-rules.ts'
import { shredFax, shredPatient } from '../../../src/application/retention/shred.ts'
import { getFax } from '../../../src/application/sending/get-fax.ts'
import { resendFax } from '../../../src/application/sending/resend-fax.ts'
import { destructionCounts } from '../../../src/domain/retention/destruction-counts.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { testDatabase } from '../../support/database.ts'
import { receiveDistinct } from '../../support/distinct-pages.ts'
import { sendTo } from '../../support/faxes.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const database = await testDatabase()
const services = await createTestServices(database)
const owner = new pg.Pool({ ...database.owner, max: 2 })
after(async () => {
  await owner.end()
  await services.close()
})

const ZEBRA = { id: 'zebra-1', display: 'Test Patient Zebra' }
const OKAPI = { id: 'okapi-2' }
let area = 200

async function sent(scope: Scope, patient?: typeof ZEBRA | typeof OKAPI): Promise<string> {
  // To a number of its own: one call at a time goes to each.
  area += 1
  const { id } = await sendTo(services, scope, 0, { area, ...(patient ? { patient } : {}), purpose: 'TREAT' })
  await services.runFor(600_000)
  return id
}

async function received(scope: Scope, patient?: typeof ZEBRA | typeof OKAPI): Promise<string> {
  const id = await receiveDistinct(services, scope, 1)
  if (patient) await linkReceived(services, scope, ACTOR, id, { patient })
  return id
}

async function patientOf(scope: Scope, id: string) {
  const { patient } = id.startsWith('fax')
    ? await getFax(services, scope, id)
    : await getReceived(services, scope, id)
  return patient?.id ?? null
}

const patientsOf = (scope: Scope, ids: readonly string[]) =>
  Promise.all(ids.map((id) => patientOf(scope, id)))

async function columnsOf(id: string) {
  const table = id.startsWith('fax') ? 'fax' : 'received_fax'
  const { rows } = await owner.query(`select * from ${table} where id = $1`, [id])
  return rows[0]
}

const isGone = async (id: string) => (await columnsOf(id)).shredded_at !== null
const entriesOf = (scope: Scope, subjectId: string) =>
  services.store.asAccount(scope, (tx) => tx.audit.list({ subjectId, limit: 100 }))

/** As an older version left it: linked, and not hashed. */
const unhash = (id: string) => owner.query('update received_fax set patient_hash = null where id = $1', [id])

test("a patient's faxes are shredded, sent and received, and nobody else's", async () => {
  const scope = await services.addAccount()
  const other = await services.addAccount()
  const mine = [await sent(scope, ZEBRA), await received(scope, ZEBRA), await sent(scope, ZEBRA)]
  const stay = [await sent(scope, OKAPI), await sent(scope), await received(scope, OKAPI)]
  const theirs = await sent(other, ZEBRA)
  const [{ patient_sealed: sealed, patient_hash: hash }] = await Promise.all(mine.map(columnsOf))
  assert.ok(sealed.length > 29 && hash.length === 32)

  const [shown, ...more] = await shredPatient(services, scope, ACTOR, ZEBRA.id)

  assert.equal(more.length, 0)
  assert.deepEqual([shown!.certificate.faxCount, shown!.certificate.reason], [3, 'patient'])
  assert.deepEqual(destructionCounts(shown!.certificate.note), { sent: 2, received: 1 })
  for (const id of mine) {
    const { patient_sealed, patient_hash, shredded_at, content_deleted_at } = await columnsOf(id)
    assert.deepEqual([patient_sealed, patient_hash], [null, null])
    assert.ok(shredded_at && content_deleted_at)
    assert.equal(await patientOf(scope, id), null)
  }
  // Why it was sent is no secret, and the audit says it anyway.
  assert.equal((await columnsOf(mine[0]!)).purpose, 'TREAT')
  for (const id of [...stay, theirs]) assert.equal(await isGone(id), false)
  assert.equal(await patientOf(other, theirs), ZEBRA.id)
  assert.deepEqual(await shredPatient(services, scope, ACTOR, ZEBRA.id), [])
})

test('while a fax of the patient is on its way none is shredded', async () => {
  const scope = await services.addAccount()
  const over = await sent(scope, ZEBRA)
  const later = { sendAt: new Date(services.clock.now() + 3_600_000), patient: ZEBRA }
  await sendTo(services, scope, 0, later)
  await assert.rejects(shredPatient(services, scope, ACTOR, ZEBRA.id), { code: 'fax.not_ended' })
  assert.equal(await isGone(over), false)
})

test('one patient has one hash for what was sent and received, and another in each account', async () => {
  const scope = await services.addAccount()
  const hashes: string[] = []
  for (const id of [
    await sent(scope, ZEBRA),
    await received(scope, ZEBRA),
    await sent(scope, OKAPI),
    await sent(await services.addAccount(), ZEBRA),
  ])
    hashes.push((await columnsOf(id)).patient_hash.toString('hex'))
  assert.equal(hashes[0], hashes[1])
  assert.equal(new Set(hashes).size, 3)
})

test("a hold on a patient keeps the sent faxes from shredding and retention, also when they are said to be another's since", async () => {
  const scope = await services.addAccount()
  const ids = [await sent(scope, ZEBRA), await sent(scope, ZEBRA), await sent(scope, ZEBRA)] as const
  const [stays, relinked, unlinked] = ids
  const free = await sent(scope, OKAPI)
  const wanted = { kind: 'patient', target: ZEBRA.id, reason: 'Case 1' } as const
  const { hold } = await createHold(services, scope, ACTOR, wanted)
  await linkFax(services, scope, ACTOR, relinked, { patient: OKAPI })
  await linkFax(services, scope, ACTOR, unlinked, { patient: null })
  assert.deepEqual(await patientsOf(scope, ids), [ZEBRA.id, OKAPI.id, null])

  for (const id of ids)
    await assert.rejects(shredFax(services, scope, ACTOR, 'sent', id), { code: 'hold.active' })
  await assert.rejects(shredPatient(services, scope, ACTOR, ZEBRA.id), { code: 'hold.active' })
  // One of them is held as the other's, so none goes.
  await assert.rejects(shredPatient(services, scope, ACTOR, OKAPI.id), { code: 'hold.active' })
  const ended = new Date(services.clock.now() - 40 * 86_400_000)
  await owner.query('update fax set ended_at = $1 where account_id = $2', [ended, scope.accountId])
  await changeRetention(services, scope, ACTOR, {
    account: { sentContent: 30, receivedContent: 30, metadata: 30 },
    departments: [],
  })
  while ((await applyRetention(services)).more);
  assert.deepEqual(await Promise.all([...ids, free].map(isGone)), [false, false, false, true])

  await releaseHold(services, scope, ACTOR, hold.id)
  await applyRetention(services)
  assert.deepEqual(await Promise.all(ids.map(isGone)), [true, true, true])
  assert.equal((await columnsOf(stays)).patient_hash, null)
})

test('a resend is of the same patient and purpose, and follows when its first was said to be the wrong one', async () => {
  const scope = await services.addAccount()
  const first = await sent(scope, ZEBRA)
  const again = async (id: string) => {
    const { id: resent } = await resendFax(services, scope, ACTOR, id, { allowDuplicate: true })
    await services.runFor(600_000)
    return resent
  }
  const second = await again(first)
  const third = await again(second)
  const astray = await again(first)
  await linkFax(services, scope, ACTOR, astray, { patient: { id: 'giraffe-3' }, purpose: 'HLEGAL' })
  const all = [first, second, third, astray]
  assert.deepEqual(await patientsOf(scope, all), [ZEBRA.id, ZEBRA.id, ZEBRA.id, 'giraffe-3'])
  await linkFax(services, scope, ACTOR, first, { patient: OKAPI, purpose: 'HPAYMT' })
  assert.deepEqual(await patientsOf(scope, all), [OKAPI.id, OKAPI.id, OKAPI.id, 'giraffe-3'])
  const purposes = (await Promise.all(all.map(columnsOf))).map(({ purpose }) => purpose)
  assert.deepEqual(purposes, ['HPAYMT', 'TREAT', 'TREAT', 'HLEGAL'])
})

test('a forwarded fax is of the patient of the received one, whichever was said first', async () => {
  const scope = await services.addAccount()
  const forward = async (id: string) => {
    area += 1
    const to = `+1${area}5550100`
    const { id: faxId } = await forwardReceived(services, scope, ACTOR, id, { to, purpose: 'TREAT' })
    await services.runFor(600_000)
    return faxId
  }
  const known = await received(scope, ZEBRA)
  const unknown = await received(scope)
  const [early, late] = [await forward(known), await forward(unknown)]
  const { id: resent } = await resendFax(services, scope, ACTOR, late, { allowDuplicate: true })
  await services.runFor(600_000)
  assert.deepEqual(await patientsOf(scope, [early, late, resent]), [ZEBRA.id, null, null])
  assert.equal((await columnsOf(early)).purpose, 'TREAT')

  await linkReceived(services, scope, ACTOR, unknown, { patient: ZEBRA })
  assert.deepEqual(await patientsOf(scope, [late, resent]), [ZEBRA.id, ZEBRA.id])
  // What a person said of the sent one itself is not said over.
  await linkFax(services, scope, ACTOR, early, { patient: OKAPI })
  await linkReceived(services, scope, ACTOR, known, { patient: null })
  assert.equal(await patientOf(scope, early), OKAPI.id)
  const [shown] = await shredPatient(services, scope, ACTOR, ZEBRA.id)
  assert.deepEqual(destructionCounts(shown!.certificate.note), { sent: 2, received: 1 })
})

test('links of an older version are found by whoever looks, and hashed by the next run', async () => {
  const scope = await services.addAccount()
  const [one, two, other] = [
    await received(scope, ZEBRA),
    await received(scope, ZEBRA),
    await received(scope),
  ]
  const { id: forwarded } = await forwardReceived(services, scope, ACTOR, two, { to: '+12025550100' })
  await services.runFor(600_000)
  await owner.query('update fax set patient_sealed = null, patient_hash = null where id = $1', [forwarded])
  for (const id of [one, two]) await unhash(id)

  await hashLinks(services)
  const hash = (await columnsOf(one)).patient_hash
  assert.deepEqual(
    [(await columnsOf(two)).patient_hash, (await columnsOf(forwarded)).patient_hash],
    [hash, hash],
  )
  assert.equal((await columnsOf(other)).patient_hash, null)
  assert.ok(
    (await entriesOf(scope, forwarded)).some(
      ({ action, actor }) => action === 'fax.linked' && actor.id === 'worker',
    ),
  )

  for (const id of [one, two]) await unhash(id)
  const [shown] = await shredPatient(services, scope, ACTOR, ZEBRA.id)
  assert.deepEqual(destructionCounts(shown!.certificate.note), { sent: 1, received: 2 })
})

test('an account whose links do not open keeps neither others from being hashed nor its own from being refused', async () => {
  const [broken, sound] = [await services.addAccount(), await services.addAccount()]
  const [bad, good] = [await received(broken, ZEBRA), await received(sound, ZEBRA)]
  for (const id of [bad, good]) await unhash(id)
  await owner.query('update received_fax set patient_sealed = $1 where id = $2', [Buffer.alloc(60, 1), bad])
  await hashLinks(services)
  assert.ok((await columnsOf(good)).patient_hash)
  assert.match(services.logText(), /patients\.not_hashed/)
  await assert.rejects(shredPatient(services, broken, ACTOR, ZEBRA.id), { code: 'tampered' })
  await owner.query('update received_fax set patient_sealed = null where id = $1', [bad])
})

test('what is said twice is told once, and the audit says that it was, and not who', async () => {
  const scope = await services.addAccount()
  const id = await sent(scope)
  const said = { patient: ZEBRA, purpose: 'PUBHLTH' } as const
  for (let time = 0; time < 2; time += 1) await linkFax(services, scope, ACTOR, id, said)
  await linkFax(services, scope, ACTOR, id, { patient: null })
  const told = (await entriesOf(scope, id)).filter(({ action }) => action === 'fax.linked')
  assert.deepEqual(
    told.map(({ detail }) => detail),
    [{ patient: 'linked', purpose: 'PUBHLTH' }, { patient: 'unlinked' }],
  )
  assert.doesNotMatch(JSON.stringify(await entriesOf(scope, id)), /zebra/i)
  await assert.rejects(linkFax(services, scope, ACTOR, id, {}), { code: 'request.missing_field' })
  await assert.rejects(linkFax(services, await services.addAccount(), ACTOR, id, said), {
    code: 'fax.not_found',
  })
})

test('nothing is said any more of what was shredded', async () => {
  const scope = await services.addAccount()
  const [out, came] = [await sent(scope, ZEBRA), await received(scope, ZEBRA)]
  await shredPatient(services, scope, ACTOR, ZEBRA.id)
  await assert.rejects(linkFax(services, scope, ACTOR, out, { patient: ZEBRA }), {
    code: 'fax.content_deleted',
  })
  await assert.rejects(linkReceived(services, scope, ACTOR, came, { patient: ZEBRA }), {
    code: 'inbound.content_deleted',
  })
  for (const id of [out, came]) assert.equal((await columnsOf(id)).patient_sealed, null)
})

test('faxes are locked in the order of those who say whose they are: received ones first, then the oldest', () => {
  assert.deepEqual(lockOrder(['fax_2', 'inb_3', 'fax_1', 'inb_1']), ['inb_1', 'inb_3', 'fax_1', 'fax_2'])
})

test('linking and shredding at the same moment wait for each other, and neither is lost', async () => {
  const scope = await services.addAccount()
  for (let round = 0; round < 5; round += 1) {
    const patient = { id: `zebra-${round}` }
    const came = await received(scope, patient)
    area += 1
    const { id: out } = await forwardReceived(services, scope, ACTOR, came, { to: `+1${area}5550100` })
    await services.runFor(600_000)
    const [shredded, linked] = await Promise.allSettled([
      shredPatient(services, scope, ACTOR, patient.id),
      linkReceived(services, scope, ACTOR, came, { patient: OKAPI }),
    ])
    assert.equal(shredded.status, 'fulfilled')
    const gone = await Promise.all([came, out].map(isGone))
    if (linked.status === 'rejected') {
      assert.equal(linked.reason.code, 'inbound.content_deleted')
      assert.deepEqual(gone, [true, true])
    } else {
      assert.deepEqual(gone, [false, false])
      assert.deepEqual(await patientsOf(scope, [came, out]), [OKAPI.id, OKAPI.id])
    }
  }
})

test("a patient's faxes are found by an index, also behind the fence in the database", async () => {
  const scope = await services.addAccount()
  const { patient_hash: hash } = await columnsOf(await sent(scope, ZEBRA))
  const bare = new pg.Client(database.app)
  await bare.connect()
  try {
    await bare.query('begin')
    await bare.query(
      "select set_config('answerback.account', $1, true), set_config('answerback.mode', 'test', true), set_config('enable_seqscan', 'off', true)",
      [scope.accountId],
    )
    for (const [table, index] of [
      ['fax', 'fax_patient'],
      ['received_fax', 'received_fax_patient'],
    ]) {
      const { rows } = await bare.query(
        `explain select id from ${table} where account_id = $1 and mode = 'test' and patient_hash = $2 and shredded_at is null order by id`,
        [scope.accountId, hash],
      )
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      assert.match(plan, new RegExp(`${index} .*\\n *Index Cond: .*patient_hash = `), plan)
    }
  } finally {
    await bare.end()
  }
})
