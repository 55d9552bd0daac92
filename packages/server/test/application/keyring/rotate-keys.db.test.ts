import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import { openFileKeyring, removeFileKey, rotateFileKey } from '../../../src/adapters/keyring/file-keys.ts'
import { auditKey } from '../../../src/application/audit/sign-checkpoint.ts'
import { keepKeyring, settleMs } from '../../../src/application/keyring/keep-keyring.ts'
import { readKeyring, rotateAccountKey } from '../../../src/application/keyring/rotate-account-key.ts'
import { totpContext, totpSecret } from '../../../src/application/people/totp.ts'
import { readFaxPages } from '../../../src/application/sending/read-fax-pages.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { Crash, crashingServices } from '../../support/crashing-services.ts'
import { testDatabase } from '../../support/database.ts'
import { bytesOf, receiveDistinct } from '../../support/distinct-pages.ts'
import { sendTo } from '../../support/faxes.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const folder = mkdtempSync(join(tmpdir(), 'answerback-rotation-'))
const database = await testDatabase()
const keyring = await openFileKeyring(folder, { create: true })
const services = await createTestServices(database, { keyring })
const owner = new pg.Pool({ ...database.owner, max: 2 })
after(async () => {
  await owner.end()
  await services.close()
  rmSync(folder, { recursive: true })
})

/** The same installation as another process has it: nothing in memory. */
const otherProcess = async () => ({ ...services, keyring: await openFileKeyring(folder, { create: false }) })

async function keepAll(): Promise<void> {
  while ((await keepKeyring(services)).more);
}

const jump = (ms: number) => services.clock.jumpTo(services.clock.now() + ms)
const leftOver = async (id: string) =>
  (await owner.query(`select count(*)::int as count from account where wrapped_by is distinct from $1`, [id]))
    .rows[0].count

test('a new master key wraps everything while it is read, and the old one is then needed for nothing', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 2)
  const pages = await bytesOf(services, scope, id)
  const { publicKey } = await auditKey(services)
  const secret = await keyring.wrapSecret(totpContext('per_1'), Buffer.from('seed'))
  await owner.query(
    `insert into person (id, email, name, status, totp_wrapped, created_at)
     values ('per_1', 'zebra@clinic.example', 'Zebra', 'active', $1, now())`,
    [secret],
  )
  await keepAll()
  const running = await otherProcess()
  assert.equal(await rotateFileKey(folder), 'k2')
  assert.ok((await leftOver('k2')) > 0)

  const reads = Array.from({ length: 6 }, async (_, at) => {
    const reader = at % 2 === 0 ? running : await otherProcess()
    return bytesOf(reader as typeof services, scope, id)
  })
  await keepAll()
  for (const read of await Promise.all(reads)) assert.deepEqual(read, pages)

  assert.equal(await leftOver('k2'), 0)
  const { master, account } = await readKeyring(services, scope)
  assert.deepEqual([master, account.wrappedBy], [{ current: 'k2', accountsLeft: 0, secretsLeft: 0 }, 'k2'])
  await assert.rejects(removeFileKey(folder, 'k2'), { code: 'key_unavailable' })
  await removeFileKey(folder, 'k1')
  const later = await otherProcess()
  assert.deepEqual(await bytesOf(later as typeof services, scope, id), pages)
  const key = await auditKey(later)
  assert.deepEqual(key.publicKey, publicKey)
  assert.equal((await later.keyring.sign('audit-log', key.privateWrapped, Buffer.from('x'))).length, 64)
  const { rows } = await owner.query(`select totp_wrapped from person where id = 'per_1'`)
  assert.equal((await totpSecret(later, 'per_1', rows[0].totp_wrapped)).toString(), 'seed')
})

test('a process that dies anywhere in the middle leaves everything readable, and the next one goes on', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  const pages = await bytesOf(services, scope, id)
  await rotateAccountKey(services, scope, ACTOR)
  jump(settleMs(services))
  const current = await rotateFileKey(folder)
  for (let at = 1; ; at += 1) {
    const crashing = crashingServices(services, { count: 0, at })
    const ended = await keepKeyring(crashing).then(
      () => true,
      (error) => error instanceof Crash && false,
    )
    assert.deepEqual(await bytesOf((await otherProcess()) as typeof services, scope, id), pages)
    if (ended && (await leftOver(current)) === 0) break
    assert.ok(at < 200)
  }
  await keepAll()
  jump(settleMs(services))
  await keepAll()
  const { account } = await readKeyring(services, scope)
  assert.deepEqual([account.phase, account.documentsLeft, account.current], ['idle', 0, 2])
  assert.deepEqual(await bytesOf(services, scope, id), pages)
})

/** Runs what is due, and on until the phase is over. */
async function settle(scope: Scope): Promise<Awaited<ReturnType<typeof readKeyring>>['account']> {
  jump(settleMs(services))
  await keepAll()
  return (await readKeyring(services, scope)).account
}

test('a new version of an account’s key wraps nothing before every process knows it, then everything', async () => {
  const scope = await services.addAccount()
  const { id: faxId } = await sendTo(services, scope, 0)
  await services.runFor(600_000)
  const begun = await rotateAccountKey(services, scope, ACTOR)
  const { phase, current, newest, documentsLeft } = begun.account
  assert.deepEqual([phase, current, newest, documentsLeft], ['settling', 1, 2, 0])
  await assert.rejects(rotateAccountKey(services, scope, ACTOR), { code: 'keyring.rotating' })
  await keepAll()
  assert.equal((await readKeyring(services, scope)).account.current, 1)

  // A worker that took the keys in hand before the version was used, and writes and reads long after.
  const slow = await services.store.asAccount(scope, (tx) => tx.accounts.get())
  const inHand = await keyring.account(scope.accountId, slow.wrappedKey)
  const used = await settle(scope)
  assert.deepEqual([used.phase, used.current], ['wrapping', 2])
  await keepAll()
  assert.equal((await readKeyring(services, scope)).account.documentsLeft, 0)
  assert.ok((await readFaxPages(services, scope, ACTOR, faxId)).length > 0)
  const { rows } = await owner.query(
    'select id, wrapped_key, key_version from document where account_id = $1',
    [scope.accountId],
  )
  for (const row of rows) {
    assert.equal(row.key_version, 2)
    inHand.document(row.id, row.wrapped_key)
  }
  const late = inHand.createDocumentKey('doc_late')
  assert.equal(late[0], 1)

  await settle(scope)
  const third = await rotateAccountKey(services, scope, ACTOR)
  assert.deepEqual([third.account.newest, third.account.count], [3, 3])
  await settle(scope)
  const done = await settle(scope)
  assert.deepEqual([done.phase, done.current, done.count, done.documentsLeft], ['idle', 3, 2, 0])
  assert.ok((await readFaxPages(services, scope, ACTOR, faxId)).length > 0)
  const { rows: again } = await owner.query(
    'select distinct key_version from document where account_id = $1',
    [scope.accountId],
  )
  assert.deepEqual(again, [{ key_version: 3 }])
})

test('faxes sent, received and read while both keys are rotated lose nothing', async () => {
  const scope = await services.addAccount()
  await rotateAccountKey(services, scope, ACTOR)
  jump(settleMs(services))
  const known = new Map<string, string[]>()
  const rotating = (async () => {
    for (let round = 0; round < 3; round += 1) {
      await rotateFileKey(folder)
      await keepAll()
    }
  })()
  for (let made = 0; made < 8; made += 1) {
    const id = await receiveDistinct(services, scope, 1)
    known.set(id, await bytesOf(services, scope, id))
  }
  await rotating
  await settle(scope)
  const fresh = (await otherProcess()) as typeof services
  for (const [id, pages] of known) assert.deepEqual(await bytesOf(fresh, scope, id), pages)
  assert.equal((await readKeyring(services, scope)).account.phase, 'idle')
})
