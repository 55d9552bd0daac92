import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import { openFileBlobs } from '../../src/adapters/blobs/file-blobs.ts'
import { openCertificateList } from '../../src/adapters/certificate-list/certificate-list.ts'
import { openPendingDestructions } from '../../src/adapters/certificate-list/pending-destructions.ts'
import { createPool } from '../../src/adapters/postgres/connection/connection.ts'
import { createRestorations } from '../../src/adapters/postgres/restorations.ts'
import { closeAccount } from '../../src/application/account/close-account.ts'
import { emptyAccount, windDownAccount } from '../../src/application/account/wind-down-account.ts'
import { settleRestored } from '../../src/application/attempts/settle-restored.ts'
import { leavesFor } from '../../src/application/audit/export-audit.ts'
import { sequenceAudit } from '../../src/application/audit/sequence-audit.ts'
import { auditKey } from '../../src/application/audit/sign-checkpoint.ts'
import { linkReceived } from '../../src/application/inbox/link-received.ts'
import { noteReceived } from '../../src/application/inbox/note-received.ts'
import { readReceivedPages } from '../../src/application/inbox/read-received.ts'
import { splitReceived } from '../../src/application/inbox/split-received.ts'
import { destroyAgain } from '../../src/application/restore/destroy-again.ts'
import { createHold, releaseHold } from '../../src/application/retention/legal-holds.ts'
import { createCertificateMirror } from '../../src/application/retention/mirror-certificates.ts'
import { shredFax, shredPatient } from '../../src/application/retention/shred.ts'
import { readFaxPages } from '../../src/application/sending/read-fax-pages.ts'
import { createWebhook } from '../../src/application/webhooks/create-webhook.ts'
import { openOutside } from '../../src/backup/envelope.ts'
import { carryOver, findList, listBeside } from '../../src/backup/later-destructions.ts'
import { makeBackup } from '../../src/backup/make-backup.ts'
import { restoreBackup } from '../../src/backup/restore.ts'
import { leafBytes } from '../../src/domain/audit/audit-leaf.ts'
import { Frontier, hashLeaf } from '../../src/domain/audit/audit-tree.ts'
import { testDatabase } from '../support/database.ts'
import { receiveDistinct } from '../support/distinct-pages.ts'
import { sendTo } from '../support/faxes.ts'
import { ownNumber } from '../support/received.ts'
import { ACTOR, createTestServices, type TestServices } from '../support/services.ts'
import { MIGRATIONS } from '../support/test-server.ts'

const folder = await mkdtemp(join(tmpdir(), 'answerback-again-'))
const httpOut = {
  request: () => Promise.reject(new Error('no network')),
  check: async () => undefined,
} as never
const database = await testDatabase()
const services = await createTestServices(database, { httpOut })
after(async () => {
  await services.close()
  await rm(folder, { recursive: true, force: true })
})

/** Tags are words of the account's own and not encrypted: what is back is seen by them. */
const CANARY = 'zebra7f3acanary'
const PATIENT = 'zebra-again-1'
const scope = await services.addAccount()
const closing = await services.addAccount()
const tags = [CANARY]

const sent = (await sendTo(services, scope, 0, { pages: 2, tags })).id
const papers = (await sendTo(services, scope, 0, { area: 203, tags, patient: { id: PATIENT } })).id
const held = (await sendTo(services, scope, 0, { area: 204 })).id
const staying = (await sendTo(services, scope, 0, { area: 205 })).id
await services.runFor(3_600_000)
const received = await receiveDistinct(services, scope, 2)
await noteReceived(services, scope, ACTOR, received, 'Test Patient Zebra called back')
const theirs = await receiveDistinct(services, scope, 1)
await linkReceived(services, scope, ACTOR, theirs, { patient: { id: PATIENT } })
const parted = await receiveDistinct(services, scope, 2)
const hold = await createHold(services, scope, ACTOR, { kind: 'fax', target: held, reason: 'Matter 2026-14' })
const queued = (await sendTo(services, scope, 0, { area: 206, tags })).id

await createWebhook(services, closing, ACTOR, {
  dialect: 'native',
  url: 'http://127.0.0.1:9/hook',
  eventTypes: [],
  includeNumbers: false,
})
await ownNumber(services, closing, { number: '+12025550188' })
const at = new Date(services.clock.now() + 7_200_000)
const closed = (await sendTo(services, closing, 0, { area: 207, tags, sendAt: at })).id

const destroyed = [sent, papers, received, theirs, queued, closed]
// A server makes it as it starts.
await auditKey(services)
const sealed = await sealedOf(database.owner, destroyed)

const source = {
  database: database.owner,
  blobs: services.blobs,
  keyring: services.keyring,
  program: 'answerback test',
}
const old = await makeBackup(source, folder, 'bak_old')

// What came after it.
const list = openCertificateList(listBeside(folder))
const mirror = createCertificateMirror(services)
await mirror(list)
await services.runFor(3_600_000)
await shredFax(services, scope, ACTOR, 'sent', sent)
await shredFax(services, scope, ACTOR, 'sent', queued)
await shredFax(services, scope, ACTOR, 'received', received)
await shredPatient(services, scope, ACTOR, PATIENT)
await releaseHold(services, scope, ACTOR, hold.hold.id)
await shredFax(services, scope, ACTOR, 'sent', held)
await splitReceived(services, scope, ACTOR, parted, ['1', '2'])
await shredFax(services, scope, ACTOR, 'received', parted)
await windDownAccount(services, closing.accountId)
await services.runFor(600_000)
assert.deepEqual(await emptyAccount(services, closing.accountId), [])
await closeAccount(services, { ...closing, mode: 'live' }, ACTOR, closing.accountId)
await mirror(list)

/** All that a shred must destroy, as it lies in the database, hex. */
async function sealedOf(config: pg.ClientConfig, ids: readonly string[]): Promise<string[]> {
  const client = new pg.Client(config)
  await client.connect()
  const { rows } = await client.query<{ value: string }>(
    `with used as (
       select document_id as id from fax_source where fax_id = any($1)
       union select pages_document_id from fax where id = any($1)
       union select document_id from received_page where received_fax_id = any($1))
     select encode(value, 'hex') as value from (
       select wrapped_key as value from document join used using (id)
       union all select details_sealed from document join used using (id)
       union all select unnest(array[to_sealed, from_sealed, details_sealed, patient_sealed, patient_hash]) from fax where id = any($1)
       union all select unnest(array[to_sealed, from_sealed, patient_sealed, patient_hash, remote_id_sealed]) from received_fax where id = any($1)
       union all select text_sealed from received_note where received_fax_id = any($1)) every
     where octet_length(value) > 0`,
    [ids],
  )
  await client.end()
  return rows.map(({ value }) => value)
}

async function dump(client: pg.Client): Promise<string> {
  const { rows: tables } = await client.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'audit_entry'",
  )
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await client.query<{ text: string }>(`select each::text as text from ${name} each`)
    texts.push(...rows.map(({ text }) => text))
  }
  return texts.join('\n')
}

interface Restored {
  readonly services: TestServices
  readonly owner: pg.Client
  readonly pending: ReturnType<typeof openPendingDestructions>
  readonly blobs: () => Promise<string[]>
  settleRestored(): Promise<void>
  close(): Promise<void>
}

let restorations = 0

/** The old backup on a machine that has nothing, as the command restores it. */
async function restoreOld(from = list) {
  restorations += 1
  const place = await mkdtemp(join(folder, 'machine-'))
  const target = await testDatabase({ migrated: false })
  const pending = openPendingDestructions(join(place, 'destroy-again.jsonl'))
  const blobsFolder = join(place, 'blobs')
  let carried: Awaited<ReturnType<typeof carryOver>> | undefined
  await restoreBackup(await openOutside(old.path, { keyring: services.keyring }), {
    database: target,
    migrations: MIGRATIONS,
    blobsFolder,
    keyring: services.keyring,
    nowMs: services.clock.now(),
    restorationId: `rst_${restorations}`,
    beforeCommit: async (client) => {
      carried = await carryOver(client, from, pending)
    },
  })
  const blobs = await openFileBlobs(blobsFolder, services.clock.now())
  const restored = await createTestServices(target, { blobs, keyring: services.keyring, httpOut })
  await restored.clock.advanceTo(services.clock.now() + 3_600_000)
  const owner = new pg.Client(target.owner)
  await owner.connect()
  const pool = createPool(target.app, () => undefined)
  const machine: Restored = {
    services: restored,
    owner,
    pending,
    blobs: async () => {
      const keys: string[] = []
      for await (const { key } of blobs.list('documents')) keys.push(key)
      return keys
    },
    settleRestored: () => settleRestored(restored, createRestorations(pool)),
    async close() {
      await pool.close()
      await owner.end()
      await restored.close()
    },
  }
  return { machine, carried: carried!, place }
}

async function faxRow({ services: restored }: Restored, id: string) {
  return restored.store.asAccount(scope, (tx) => tx.faxes.get(id))
}

/** Every entry is what its leaf says, and the leaves are the tree. */
async function assertAuditVerifies({ services: restored, owner }: Restored): Promise<void> {
  await restored.settle()
  await sequenceAudit(restored)
  const frontier = new Frontier()
  const { rows } = await owner.query<{ hash: Buffer }>('select hash from audit_leaf order by index')
  for (const { hash } of rows) frontier.append(hash)
  const { rows: trees } = await owner.query('select size::int as size, frontier from audit_tree')
  assert.equal(trees[0].size, rows.length)
  assert.deepEqual(new Frontier(trees[0].size, trees[0].frontier).root(), frontier.root())
  for (const account of [scope, closing]) {
    const leaves = await leavesFor(restored, account, 0, 1_000_000)
    const own = leaves.filter((leaf) => leaf.own?.entry)
    assert.ok(own.length > 1)
    for (const leaf of own)
      assert.deepEqual(hashLeaf(leafBytes(leaf.own!.entry!, leaf.own!.previous)), leaf.hash)
  }
}

test('what was shredded after a backup is destroyed again when that backup is restored, and nothing else', async () => {
  const { machine, carried } = await restoreOld()
  try {
    // The control: without the list all of it is back.
    const before = await dump(machine.owner)
    assert.ok(before.includes(CANARY))
    assert.ok(sealed.length > 20 && sealed.every((value) => before.includes(value)))
    assert.equal(carried.later, 7)
    assert.equal(carried.foreign + carried.cut, 0)

    const report = await destroyAgain(machine.services, machine.pending)
    assert.ok(report)
    assert.deepEqual({ faxes: report.faxes, accounts: report.accounts }, { faxes: 5, accounts: 1 })
    const text = await dump(machine.owner)
    assert.ok(!text.includes(CANARY))
    assert.deepEqual(
      sealed.filter((value) => text.includes(value)),
      [],
    )
    const { rows } = await machine.owner.query(
      'select blob_key from document where destroyed_at is null order by blob_key',
    )
    assert.deepEqual((await machine.blobs()).sort(), rows.map((row) => row.blob_key).sort())

    // What was not on the list is there and opens.
    assert.ok((await readFaxPages(machine.services, scope, ACTOR, staying)).length > 0)
    await machine.settleRestored()
    assert.equal((await faxRow(machine, queued))?.status, 'canceled')
    await assertAuditVerifies(machine)
    const again = await machine.services.store.asAccount(scope, (tx) =>
      tx.audit.list({ subjectId: sent, limit: 50 }),
    )
    const entry = again.find(({ action }) => action === 'content.destroyed')
    assert.equal(entry?.actor.id, 'restore')
    assert.match(String(entry?.detail.repeats), /^crt_/)
  } finally {
    await machine.close()
  }
})

test('a hold that stood when the backup was made wins, and what it kept goes when it is released', async () => {
  const { machine } = await restoreOld()
  try {
    const report = await destroyAgain(machine.services, machine.pending)
    assert.deepEqual(report?.held, [held])
    assert.ok((await readFaxPages(machine.services, scope, ACTOR, held)).length > 0)
    assert.deepEqual((await destroyAgain(machine.services, machine.pending))?.held, [held])
    await releaseHold(machine.services, scope, ACTOR, hold.hold.id)
    assert.equal((await destroyAgain(machine.services, machine.pending))?.faxes, 1)
    assert.notEqual((await faxRow(machine, held))?.shreddedAt, null)
    assert.equal(await destroyAgain(machine.services, machine.pending), undefined)
  } finally {
    await machine.close()
  }
})

test('pages that lived on in faxes made after the backup are not destroyed with the one they were in', async () => {
  const { machine } = await restoreOld()
  try {
    const report = await destroyAgain(machine.services, machine.pending)
    assert.equal(report?.left.length, 1)
    assert.ok(report?.left[0]?.startsWith(`${parted}: `))
    assert.equal((await readReceivedPages(machine.services, scope, ACTOR, parted)).length, 2)
  } finally {
    await machine.close()
  }
})

test('broken off in the middle, it goes on where it was', async () => {
  const { machine } = await restoreOld()
  try {
    let deletions = 0
    const blobs = {
      ...machine.services.blobs,
      delete: () => {
        deletions += 1
        return Promise.reject(new Error('The power went.'))
      },
    } as never
    await assert.rejects(destroyAgain({ ...machine.services, blobs }, machine.pending), /power/)
    assert.equal(deletions, 1)
    const { rows } = await machine.owner.query(
      `select (select count(*)::int from fax where shredded_at is not null)
         + (select count(*)::int from received_fax where shredded_at is not null) as gone`,
    )
    const report = await destroyAgain(machine.services, machine.pending)
    assert.deepEqual([rows[0].gone + report?.faxes, report?.accounts], [5, 1])
    assert.ok(!(await dump(machine.owner)).includes(CANARY))
  } finally {
    await machine.close()
  }
})

test('a certificate that the audit key did not sign destroys nothing, and nothing is restored with it', async () => {
  const lines = (await readFile(list.path, 'utf8')).trim().split('\n')
  const path = join(folder, 'forged.jsonl')
  const forge = (note: string) => note.replaceAll(sent, staying)
  const forged = JSON.parse(lines.find((line) => line.includes(sent))!)
  await writeFile(path, `${lines[0]}\n${JSON.stringify({ ...forged, note: forge(forged.note) })}\n`)
  await assert.rejects(restoreOld(openCertificateList(path)), { code: 'forged', message: /Line 2 / })

  // In another installation's name it is nobody's here.
  const foreign = forge(forged.note).replace(
    /answerback\.audit\/[0-9a-f]{16}/,
    'answerback.audit/0123456789abcdef',
  )
  await writeFile(path, `${JSON.stringify({ ...forged, note: foreign })}\nno certificate\n`)
  const { machine, carried } = await restoreOld(openCertificateList(path))
  try {
    assert.deepEqual([carried.later, carried.foreign, carried.cut], [0, 1, 1])
    assert.equal(await destroyAgain(machine.services, machine.pending), undefined)
    assert.equal((await faxRow(machine, staying))?.shreddedAt, null)
  } finally {
    await machine.close()
  }
})

test('a list that was changed between the restore and the start is refused', async () => {
  const { machine, place } = await restoreOld()
  try {
    const path = join(place, 'destroy-again.jsonl')
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replaceAll(sent, staying))
    await assert.rejects(destroyAgain(machine.services, machine.pending), /not signed/)
    assert.equal((await faxRow(machine, staying))?.shreddedAt, null)
  } finally {
    await machine.close()
  }
})

test('a restore that finds no list says so, and is told when there is none', async () => {
  const empty = await mkdtemp(join(folder, 'empty-'))
  await assert.rejects(findList(join(empty, 'bak'), undefined), {
    code: 'no_list',
    message: /--destroyed none/,
  })
  assert.equal(await findList(join(empty, 'bak'), 'none'), undefined)
  assert.equal(await findList(old.path, undefined), list.path)
})

test('the list gets each certificate once, those of a line that was cut anew, and all of them when it is lost', async () => {
  const idsIn = async (path: string) => {
    const ids: string[] = []
    for await (const each of openCertificateList(path).read()) if (each) ids.push(each.id)
    return ids
  }
  const whole = await idsIn(list.path)
  assert.equal(new Set(whole).size, 7)
  assert.equal(whole.length, 7)
  const place = await mkdtemp(join(folder, 'list-'))
  const path = listBeside(place)
  const another = createCertificateMirror(services)
  await another(openCertificateList(path))
  assert.deepEqual((await idsIn(path)).sort(), [...whole].sort())
  await another(openCertificateList(path))
  assert.equal((await idsIn(path)).length, 7)

  const text = await readFile(path, 'utf8')
  await writeFile(path, text.slice(0, -20))
  await another(openCertificateList(path))
  assert.equal(new Set(await idsIn(path)).size, 7)
  await rm(path)
  await another(openCertificateList(path))
  assert.equal((await idsIn(path)).length, 7)

  const nothing = openCertificateList(listBeside(await mkdtemp(join(folder, 'none-'))))
  const never = await createTestServices(await testDatabase())
  await createCertificateMirror(never)(nothing)
  await never.close()
  assert.deepEqual(await idsIn(nothing.path), [])
  await assert.rejects(another(openCertificateList(join(place, 'gone', 'destructions.jsonl'))), {
    code: 'ENOENT',
  })
  assert.deepEqual(await readdir(place), ['destructions.jsonl'])
})

test('a line without an end is not kept in memory, and what follows it is read', async () => {
  const path = join(await mkdtemp(join(folder, 'long-')), 'destructions.jsonl')
  const [first] = (await readFile(list.path, 'utf8')).split('\n')
  await writeFile(path, `${first}\n${'x'.repeat(33 * 1_048_576)}\n${first}`)
  const read: (string | undefined)[] = []
  for await (const each of openCertificateList(path).read()) read.push(each?.id)
  const { id } = JSON.parse(first!)
  assert.deepEqual(read, [id, undefined, id])
})

test('the list tells nothing of what the faxes were', async () => {
  const text = await readFile(list.path, 'utf8')
  for (const word of ['Zebra', 'zebra', PATIENT, CANARY, '5550', 'Matter'])
    assert.ok(!text.includes(word), word)
})
