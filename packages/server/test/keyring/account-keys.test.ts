import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { accountKeys } from '../../src/adapters/keyring/account-keys.ts'
import { parseBundle } from '../../src/adapters/keyring/key-bundle.ts'
import { memoryKeyring } from '../support/keyring.ts'

const accountKey = randomBytes(32)
const keys = accountKeys('acct_a', parseBundle(accountKey))
const place = { table: 'fax', column: 'to_sealed', row: 'fax_a' }
const TAMPERED = { name: 'KeyError', code: 'tampered' }

test('a sealed field opens to what was sealed, 29 bytes longer', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const sealed = keys.seal(place, text)
      assert.equal(sealed.length, Buffer.byteLength(text) + 29)
      assert.equal(keys.openText(place, sealed), text)
    }),
  )
})

test('a sealed field opens in no other row, column, table or account', () => {
  const sealed = keys.seal(place, '+15555550100')
  for (const other of [
    { row: 'fax_b' },
    { column: 'from_sealed' },
    { table: 'page' },
    { column: 'to_seale', row: 'dfax_a' },
  ]) {
    assert.throws(() => keys.open({ ...place, ...other }, sealed), TAMPERED)
  }
  assert.throws(() => accountKeys('acct_b', parseBundle(accountKey)).open(place, sealed), TAMPERED)
  assert.throws(() => accountKeys('acct_a', parseBundle(randomBytes(32))).open(place, sealed), TAMPERED)
})

test('every changed bit and every cut of a sealed field is found', () => {
  const sealed = keys.seal(place, 'Test Patient Zebra')
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    assert.throws(() => keys.open(place, changed), TAMPERED)
  }
  for (let end = 0; end < sealed.length; end += 1)
    assert.throws(() => keys.open(place, sealed.subarray(0, end)), TAMPERED)
})

test('nonces of sealed fields do not repeat', () => {
  const nonces = Array.from({ length: 100_000 }, () =>
    keys.seal(place, '').subarray(1, 13).toString('base64'),
  )
  assert.equal(new Set(nonces).size, nonces.length)
})

test('a search hash is equal for equal values and differs by purpose, value and account', () => {
  const hash = keys.hash('fax.to', '+15555550100')
  assert.equal(hash.length, 32)
  assert.deepEqual(keys.hash('fax.to', '+15555550100'), hash)
  assert.notDeepEqual(keys.hash('fax.from', '+15555550100'), hash)
  assert.notDeepEqual(keys.hash('fax.to', '+15555550101'), hash)
  assert.notDeepEqual(keys.hash('fax.to+', '15555550100'), hash)
  assert.notDeepEqual(accountKeys('acct_b', parseBundle(accountKey)).hash('fax.to', '+15555550100'), hash)
})

test('a document key opens for its document alone', () => {
  const wrapped = keys.createDocumentKey('doc_a')
  const sealed = keys.document('doc_a', wrapped).encrypt(Buffer.from('page'))
  assert.equal(keys.document('doc_a', wrapped).decrypt(sealed).toString(), 'page')
  assert.throws(() => keys.document('doc_b', wrapped), TAMPERED)
  assert.throws(() => keys.document('doc_a', keys.createDocumentKey('doc_a')).decrypt(sealed), TAMPERED)
})

test('an account key opens for its account alone, and is unwrapped once', async () => {
  const keyring = memoryKeyring()
  const wrapped = await keyring.createAccountKey('acct_a')
  const account = await keyring.account('acct_a', wrapped)
  assert.equal(account.openText(place, account.seal(place, 'x')), 'x')
  assert.equal(await keyring.account('acct_a', wrapped), account)
  await assert.rejects(keyring.account('acct_b', wrapped), TAMPERED)
  await assert.rejects(keyring.account('acct_a', wrapped.subarray(1)), TAMPERED)
})

test('an installation hash is the same for every account and told apart by purpose', () => {
  const keyring = memoryKeyring()
  assert.deepEqual(
    keyring.installationHash('slot', '+15555550100'),
    memoryKeyring().installationHash('slot', '+15555550100'),
  )
  assert.notDeepEqual(
    keyring.installationHash('slot', '+15555550100'),
    keyring.installationHash('other', '+15555550100'),
  )
})
