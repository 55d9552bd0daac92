import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Entry, leafText } from '../../packages/cli/src/audit-verify/leaf-text.ts'
import { readLines } from '../../packages/cli/src/audit-verify/read-lines.ts'
import { openCheckpoint, parseVerifierKey } from '../../packages/cli/src/audit-verify/signed-note.ts'
import type { VerifyOptions } from '../../packages/cli/src/audit-verify/verdict.ts'
import { verifyExport } from '../../packages/cli/src/audit-verify/verify-export.ts'
import { createApiKey } from '../../packages/server/src/application/api-keys/create-api-key.ts'
import { leafBytes } from '../../packages/server/src/domain/audit/audit-leaf.ts'
import { hashLeaf } from '../../packages/server/src/domain/audit/audit-tree.ts'
import { rootFromInclusion } from '../../packages/server/test/support/naive-tree.ts'
import { whileTimePasses } from '../../packages/server/test/support/services.ts'
import { auditedServer, fill } from './audited-server.ts'

const CLI = join(import.meta.dirname, '../../packages/cli/src/main.ts')
const server = await auditedServer()
const { scope, other } = await fill(server)
const key = await server.makeKey(scope)
const folder = await mkdtemp(join(tmpdir(), 'answerback-audit-'))
after(() => rm(folder, { recursive: true }))

const exported = (of = key) => server.exported(of)

function verified(text: string, options: VerifyOptions = {}) {
  return verifyExport(readLines(chunks(Buffer.from(text))), options)
}

async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000)
}

async function answerback(...args: string[]) {
  const env = { PATH: process.env.PATH, ANSWERBACK_URL: server.url, ANSWERBACK_KEY: key }
  const child = spawn(process.execPath, [CLI, ...args], { env })
  const text = async (stream: AsyncIterable<Buffer>) => {
    let all = ''
    for await (const chunk of stream) all += chunk
    return all
  }
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('exit', resolve)),
  ])
  return { stdout, stderr, status }
}

const bodyOf = async <Body>(response: Promise<Response>) => (await (await response).json()) as Body

interface Proof {
  readonly index: number
  readonly leafHash: string
  readonly path: readonly string[]
  readonly previous: number | null
  readonly entry: Entry
  readonly checkpoint: { readonly note: string; readonly verifierKey: string }
}

const places = (findings: Awaited<ReturnType<typeof verified>>['findings']) =>
  findings.map(({ code, leaf }) => `${code} ${leaf}`)

test('what the server exports is intact to a verifier that shares no code with it', async () => {
  const verdict = await verified(await exported())
  assert.deepEqual(verdict.findings, [])
  assert.deepEqual(verdict.warnings, [])
  assert.ok(verdict.isIntact)
  assert.equal(verdict.signedSize, verdict.leafCount)
  assert.ok(verdict.leafCount > 768 && verdict.ownCount > 276 && verdict.checkpointCount > 12)
})

test('an account sees its own entries and of the others only hashes', async () => {
  const lines = (await exported())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  for (const { entry } of lines) {
    if (entry) assert.deepEqual([entry.account, entry.mode], [scope.accountId, 'test'])
  }
  const text = await exported()
  assert.ok(!text.includes(other.accountId))
  const bare = lines.filter((line) => 'leaf' in line && !('entry' in line))
  assert.ok(bare.length > 400)
  for (const line of bare) assert.deepEqual(Object.keys(line), ['leaf', 'hash'])
})

test('the command line exports to a file, verifies it without the server, and says which entry was changed', async () => {
  const file = join(folder, 'audit.jsonl')
  const first = await whileTimePasses(server.services.clock, answerback('audit', 'export', file))
  assert.equal(first.status, 0, first.stderr)
  assert.equal((await answerback('audit', 'export', file)).status, 2, 'it is not written over')

  const { stdout } = await answerback('audit', 'checkpoint', '--json')
  const { verifierKey, note } = JSON.parse(stdout)
  const kept = join(folder, 'kept.jsonl')
  await writeFile(kept, `${JSON.stringify({ note })}\n`)
  const intact = await answerback('audit', 'verify', file, '--key', verifierKey, '--checkpoints', kept)
  assert.equal(intact.status, 0, intact.stdout + intact.stderr)
  assert.match(intact.stdout, /^intact {4}\d+ entries of acc_/)

  const text = await readFile(file, 'utf8')
  const line = text.split('\n').findIndex((each) => each.includes('"pages":17,'))
  const { leaf, entry } = JSON.parse(text.split('\n')[line]!)
  const changed = join(folder, 'changed.jsonl')
  await writeFile(changed, text.replace('"pages":17,', '"pages":18,'))
  const damaged = await answerback('audit', 'verify', changed)
  assert.equal(damaged.status, 1)
  const told = `line ${line + 1}, leaf ${leaf}, entry ${entry.position}: the entry was changed after it was logged`
  assert.ok(damaged.stdout.includes(told), damaged.stdout)

  assert.equal((await answerback('audit', 'verify', join(folder, 'none'))).status, 2)
  assert.equal((await answerback('audit', 'verify', file, '--key', 'nonsense')).status, 2)
  const foreign = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
  assert.equal((await answerback('audit', 'verify', file, '--key', foreign)).status, 1)
  assert.equal((await answerback('audit', 'sing')).status, 2)
})

test('an entry is proved to be in the log by its path alone', async () => {
  const list = await bodyOf<{ data: { position: string }[] }>(server.get('/v2/audit-events?limit=3', key))
  const { position } = list.data[2]!
  const proof = await bodyOf<Proof>(server.get(`/v2/audit/proof?entry=${position}`, key))
  const hashes = proof.path.map((hash) => Buffer.from(hash, 'base64'))
  const { position: at, account, mode, at: time, actor, action, subject, detail, salt, parties } = proof.entry
  assert.equal(at, Number(position))
  const logged = {
    ...{ position: at, accountId: account, mode: mode as 'test', at: time },
    ...{ actorKind: actor.kind, actorId: actor.id, requestId: actor.requestId },
    ...{ action, subjectId: subject, detail, salt },
    partiesSealed: parties === null ? null : Buffer.from(parties, 'base64'),
  }
  const leaf = hashLeaf(leafBytes(logged, proof.previous))
  assert.equal(leaf.toString('base64'), proof.leafHash)
  const opened = openCheckpoint(proof.checkpoint.note, parseVerifierKey(proof.checkpoint.verifierKey)!)
  assert.ok(typeof opened !== 'string')
  assert.deepEqual(rootFromInclusion(proof.index, opened.size, leaf, hashes), opened.root)
})

test('an entry of another account, or one that no checkpoint covers yet, has no proof', async () => {
  const foreign = await server.owner.query('select position from audit_entry where account_id = $1 limit 1', [
    other.accountId,
  ])
  const refused = await server.get(`/v2/audit/proof?entry=${foreign.rows[0].position}`, key)
  assert.equal(refused.status, 404)
  await server.record(scope, 1)
  const newest = await server.owner.query('select max(position) as position from audit_entry')
  const early = server.get(`/v2/audit/proof?entry=${newest.rows[0].position}`, key)
  assert.equal((await early).status, 409)
  assert.equal((await bodyOf<{ code: string }>(early)).code, 'audit.not_logged')
})

test('a key without audit:read gets neither checkpoint nor export', async () => {
  const actor = { kind: 'key', id: 'key_test', requestId: null } as const
  const { secret } = await createApiKey(server.services, scope, actor, { name: 'No', scopes: ['faxes:read'] })
  for (const path of ['checkpoint', 'export', 'proof?entry=1'])
    assert.equal((await server.get(`/v2/audit/${path}`, secret)).status, 403, path)
})

/** What the owner of the database can do to an entry of long ago, and what the export then shows. */
async function ownEntry(offset: number) {
  const { rows } = await server.owner.query(
    `select index, position from audit_leaf where account_id = $1 and mode = 'test' order by index offset $2 limit 1`,
    [scope.accountId, offset],
  )
  return { leaf: Number(rows[0].index), position: Number(rows[0].position) }
}

const EDITS = [
  `detail = '{"pages":99}'`,
  `at = at + interval '1 microsecond'`,
  `actor_id = 'key_other'`,
  `subject_id = null`,
  `action = 'fax.canceled'`,
  `request_id = 'req_other'`,
  `salt = gen_random_uuid()`,
  `parties_sealed = '\\x00'`,
  `mode = 'live'`,
]

for (const [at, edit] of EDITS.entries()) {
  test(`an entry changed in the database (${edit.split(' = ')[0]}) is named by its position`, async () => {
    const { leaf, position } = await ownEntry(100 + at)
    const { rows } = await server.owner.query('select * from audit_entry where position = $1', [position])
    assert.equal(await server.tamper(`update audit_entry set ${edit} where position = ${position}`), 1)
    const verdict = await verified(await exported())
    const code = edit.startsWith('mode') ? 'entry_missing' : 'entry_altered'
    assert.deepEqual(places(verdict.findings), [`${code} ${leaf}`])
    if (code === 'entry_altered') assert.equal(verdict.findings[0]!.position, position)
    const names = Object.keys(rows[0])
    const sets = names.filter((name) => name !== 'position').map((name, index) => `${name} = $${index + 1}`)
    const values = names.filter((name) => name !== 'position').map((name) => rows[0][name])
    // Milliseconds are all that the driver's dates keep; the test rows have no more.
    await server.tamper(`update audit_entry set ${sets.join()} where position = ${position}`, values)
    assert.ok((await verified(await exported())).isIntact)
  })
}

test('an entry deleted in the database is named, also when its leaf is passed off as another account’s', async () => {
  const { leaf, position } = await ownEntry(120)
  const { rows } = await server.owner.query('select * from audit_entry where position = $1', [position])
  await server.tamper('delete from audit_entry where position = $1', [position])
  assert.deepEqual(places((await verified(await exported())).findings), [`entry_missing ${leaf}`])
  await server.tamper('update audit_leaf set account_id = $1 where index = $2', [other.accountId, leaf])
  assert.deepEqual(places((await verified(await exported())).findings), [`entry_hidden ${leaf}`])
  await server.tamper('update audit_leaf set account_id = $1 where index = $2', [scope.accountId, leaf])
  const { position: _, ...kept } = rows[0]
  const names = Object.keys(kept)
  await server.tamper(
    `insert into audit_entry (position, ${names.join()}) overriding system value
     values (${position}, ${names.map((_name, index) => `$${index + 1}`).join()})`,
    Object.values(kept),
  )
  assert.ok((await verified(await exported())).isIntact)
})

test('entry and leaf changed together are found between two signed roots, or in their block of 256', async () => {
  const { leaf, position } = await ownEntry(130)
  const line = (await exported()).split('\n').find((each) => each.includes(`"position":${position},`))!
  const { entry, previous } = JSON.parse(line)
  const forged = hashLeaf(Buffer.from(leafText({ ...entry, action: 'fax.deleted' }, previous)))
  await server.tamper(`update audit_entry set action = 'fax.deleted' where position = $1`, [position])
  await server.tamper('update audit_leaf set hash = $1 where index = $2', [forged, leaf])
  const { findings } = await verified(await exported())
  assert.equal(findings.length, 1)
  const { leaf: from, lastLeaf: to } = findings[0]!
  assert.ok(from! <= leaf && to! >= leaf && to! - from! < 256, `${leaf} in ${from} to ${to}`)
})
