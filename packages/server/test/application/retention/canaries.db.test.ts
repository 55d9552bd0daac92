import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openFileBlobs } from '../../../src/adapters/blobs/file-blobs.ts'
import { migrate } from '../../../src/adapters/database/migrate.ts'
import { type OpenDatabase, openDatabase } from '../../../src/adapters/database/open.ts'
import { scrubDatabase } from '../../../src/adapters/database/scrub.ts'
import { withClient } from '../../../src/adapters/database/server.ts'
import { stageDocument } from '../../../src/application/documents/intake-document.ts'
import { linkReceived } from '../../../src/application/inbox/link-received.ts'
import { noteReceived } from '../../../src/application/inbox/note-received.ts'
import {
  beginReception,
  endReception,
  keepReceivedPage,
} from '../../../src/application/receiving/receive-fax.ts'
import { shredPatient } from '../../../src/application/retention/shred.ts'
import type { PatientLink } from '../../../src/application/sealed/patient-secrets.ts'
import { sendFax } from '../../../src/application/sending/send-fax.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { Canaries, scanFolder } from '../../support/canaries.ts'
import { distinctPage } from '../../support/distinct-pages.ts'
import { markedPdf } from '../../support/marked-pages.ts'
import { ACTOR, createTestServices, type TestServices } from '../../support/services.ts'
import { MIGRATIONS } from '../../support/test-server.ts'

interface Installation {
  /** Database, write-ahead log and blobs; the keys lie elsewhere. */
  readonly data: string
  readonly database: OpenDatabase
  readonly services: TestServices
  readonly scope: Scope
}

async function install(): Promise<Installation> {
  const data = await mkdtemp(join(tmpdir(), 'answerback-canaries-'))
  const database = await openDatabase({ dataFolder: data, durability: 'none' })
  await migrate(database, MIGRATIONS)
  const blobs = await openFileBlobs(join(data, 'blobs'), 0)
  const services = await createTestServices(database, { blobs })
  after(() => rm(data, { recursive: true, force: true }))
  return { data, database, services, scope: await services.addAccount() }
}

async function send(
  { services, scope }: Installation,
  canaries: Canaries,
  { tag, patient }: { readonly tag?: string; readonly patient?: PatientLink } = {},
): Promise<string> {
  const word = () => canaries.word()
  const pdf = markedPdf(1, word())
  const staged = await stageDocument(services, scope, pdf, {
    field: 'documents[0]',
    fileName: `${word()}.pdf`,
  })
  const { id } = await sendFax(services, scope, ACTOR, {
    to: canaries.sandboxNumber(),
    from: canaries.callerNumber(),
    documents: [{ kind: 'staged', staged }],
    cover: { subject: word(), fromName: word(), toName: word(), message: `About ${word()} and more` },
    clientReference: word(),
    patient: patient ?? { id: word(), display: word() },
    purpose: 'TREAT',
    ...(tag === undefined ? {} : { tags: [tag] }),
  })
  await services.runFor(600_000)
  return id
}

async function receive(
  { services, scope }: Installation,
  canaries: Canaries,
  patient?: PatientLink,
): Promise<string> {
  const call = { line: 'sandbox', trunkId: null, to: '+12025550100', from: canaries.callerNumber() }
  const { id } = await services.store.asAccount(scope, (tx) => beginReception(services, tx, call))
  await keepReceivedPage(services, { scope, id }, distinctPage(1))
  const remoteId = canaries.word()
  await endReception(services, { scope, id }, { disposition: 'delivered', dataExchanged: 'some', remoteId })
  services.pageReader.nextBarcodes.push([{ format: 'QRCode', text: canaries.word() }])
  services.pageReader.nextTexts.push(`${canaries.word()} ${canaries.word()}`)
  await services.runDue()
  await noteReceived(services, scope, ACTOR, id, `Called about ${canaries.word()}`)
  await linkReceived(services, scope, ACTOR, id, {
    patient: patient ?? { id: canaries.word(), display: canaries.word() },
  })
  return id
}

/** Every row of every table as text, which shows also what PostgreSQL compressed in its files. */
function dump({ database }: Installation): Promise<string> {
  return withClient(database.owner, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    )
    const texts: string[] = []
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(`select each::text as text from ${name} each`)
      texts.push(...rows.map(({ text }) => text))
    }
    return texts.join('\n')
  })
}

test('a stolen data folder without the keys tells nothing of 200 texts that were sent and received', async () => {
  const installed = await install()
  const canaries = new Canaries()
  const control = `zebracontrol${canaries.word()}`
  canaries.all.pop()
  for (let made = 0; made < 15; made += 1) await send(installed, canaries, { tag: control })
  for (let made = 0; made < 9; made += 1) await receive(installed, canaries)
  assert.ok(canaries.all.length >= 200, `${canaries.all.length}`)
  const text = await dump(installed)
  assert.deepEqual(
    canaries.all.filter((each) => text.includes(each)),
    [],
  )
  await installed.services.close()
  await installed.database.close()
  // Tags are words of the account's own and not encrypted: the scanner finds them, in the table and in the log.
  assert.ok((await scanFolder(installed.data, [control])).length >= 2)
  assert.deepEqual(await scanFolder(installed.data, canaries.all), [])
})

/** All that a shred must destroy, as it lies in the database, and the first bytes of each blob. */
async function sealedOf({ database, services }: Installation, ids: readonly string[]): Promise<Buffer[]> {
  const sealed = await withClient(database.owner, async (client) => {
    const { rows } = await client.query<{ value: Buffer; blob: string | null }>(
      `with used as (
         select document_id as id from fax_source where fax_id = any($1)
         union select pages_document_id from fax where id = any($1)
         union select document_id from received_page where received_fax_id = any($1)
         union select text_document_id from received_fax where id = any($1))
       select wrapped_key as value, blob_key as blob from document join used using (id)
       union all select details_sealed, null from document join used using (id)
       union all select unnest(array[to_sealed, from_sealed, details_sealed, patient_sealed, patient_hash]), null from fax where id = any($1)
       union all select unnest(array[to_sealed, from_sealed, patient_sealed, patient_hash, remote_id_sealed]), null from received_fax where id = any($1)
       union all select barcodes_sealed, null from received_page where received_fax_id = any($1)
       union all select text_sealed, null from received_note where received_fax_id = any($1)
       union all select remote_id_sealed, null from attempt where fax_id = any($1)`,
      [ids],
    )
    return rows.filter(({ value }) => value !== null && value.length > 0)
  })
  const blobs: Buffer[] = []
  for (const { blob } of sealed) {
    if (blob === null) continue
    for await (const chunk of services.blobs.get(blob, { start: 0, end: 40 })) blobs.push(Buffer.from(chunk))
  }
  return [...sealed.map(({ value }) => value), ...blobs]
}

/** Segments that were in use are renamed for later use, with all that is in them. */
async function layOldLogAhead({ database }: Installation): Promise<void> {
  await withClient(database.owner, async (client) => {
    for (let count = 0; count < 3; count += 1) {
      await client.query('select pg_switch_wal()')
      await client.query('checkpoint')
    }
    const { rows } = await client.query(
      `select from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$' and name > pg_walfile_name(pg_current_wal_lsn())`,
    )
    assert.ok(rows.length > 0, 'nothing lies ahead')
  })
}

test('what a shred destroyed is in no file of the data folder once the database was scrubbed, and the rest still opens', async () => {
  const installed = await install()
  const canaries = new Canaries()
  const patient = { id: canaries.word(), display: canaries.word() }
  const ids = [
    await send(installed, canaries, { patient }),
    await send(installed, canaries, { patient }),
    await receive(installed, canaries, patient),
  ]
  const staying = await send(installed, canaries)
  const sealed = await sealedOf(installed, ids)
  const kept = await sealedOf(installed, [staying])
  assert.ok(sealed.length >= 31, `${sealed.length}`)
  const database = join(installed.data, 'postgres')
  assert.equal((await scanFolder(installed.data, kept)).length > 0, true)

  const [shown] = await shredPatient(installed.services, installed.scope, ACTOR, patient.id)
  assert.equal(shown!.certificate.faxCount, ids.length)
  await withClient(installed.database.owner, (client) => client.query('checkpoint'))
  // Rows are never overwritten in place: without scrubbing, the key that opened them is gone from every row, and not from every file.
  assert.ok((await scanFolder(database, sealed)).length > 0)
  const blobHits = await scanFolder(join(installed.data, 'blobs'), sealed)
  assert.deepEqual(blobHits, [])

  await installed.services.close()
  await layOldLogAhead(installed)
  assert.deepEqual(await scrubDatabase(installed.database), { log: 'begun_anew' })
  await installed.database.close()
  assert.deepEqual(await scanFolder(installed.data, sealed), [])
  assert.ok((await scanFolder(installed.data, kept)).length > 0)
})
