import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { openFileKeyring } from '../../src/adapters/keyring/file-keys.ts'

const scratch = mkdtempSync(join(tmpdir(), 'answerback-keys-'))
after(() => rmSync(scratch, { recursive: true }))
let folder = ''
beforeEach(() => {
  folder = join(mkdtempSync(join(scratch, 'case-')), 'keys')
})
const file = () => join(folder, 'master.json')
const create = () => openFileKeyring(folder, { create: true })
const open = () => openFileKeyring(folder, { create: false })

test('the first start makes keys that only their owner may read, and later starts use them', async () => {
  const wrapped = await (await create()).createAccountKey('acct_a')
  assert.equal(statSync(file()).mode & 0o777, 0o600)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  assert.deepEqual(readdirSync(folder), ['master.json'])
  await (await open()).account('acct_a', wrapped)
  await (await create()).account('acct_a', wrapped)
})

test('processes that start together end up with the same keys', async () => {
  const keyrings = await Promise.all(Array.from({ length: 8 }, create))
  const hashes = keyrings.map((keyring) => keyring.installationHash('slot', 'x').toString('hex'))
  assert.equal(new Set(hashes).size, 1)
  assert.deepEqual(readdirSync(folder), ['master.json'])
})

test('without keys nothing is made unless asked', async () => {
  await assert.rejects(open(), { code: 'key_unavailable' })
  assert.throws(() => statSync(folder), { code: 'ENOENT' })
})

test('a key file that others may read is refused with the command that closes it', async () => {
  await create()
  for (const mode of [0o640, 0o604, 0o660, 0o644]) {
    chmodSync(file(), mode)
    await assert.rejects(open(), { code: 'unsafe_key_file', message: /chmod 600/ })
    await assert.rejects(create(), { code: 'unsafe_key_file' })
  }
})

test('a rotated file opens what the older key wrapped and wraps with the newer', async () => {
  const before = await (await create()).createAccountKey('acct_a')
  const content = JSON.parse(readFileSync(file(), 'utf8'))
  content.keys.k2 = randomBytes(32).toString('base64')
  content.current = 'k2'
  writeFileSync(file(), JSON.stringify(content))
  const rotated = await open()
  await rotated.account('acct_a', before)
  const later = await rotated.createAccountKey('acct_a')
  assert.equal(later.subarray(1, 3).toString(), 'k2')
  delete content.keys.k1
  writeFileSync(file(), JSON.stringify(content))
  const retired = await open()
  await retired.account('acct_a', later)
  await assert.rejects(retired.account('acct_a', before), {
    code: 'key_unavailable',
    message: /master key k1/,
  })
})

test('a broken key file is named and not quoted', async () => {
  mkdirSync(folder, { mode: 0o700 })
  const secret = randomBytes(32).toString('base64')
  const broken = [
    '',
    '{',
    'null',
    '[]',
    `{"current":"k1","keys":{"k1":"${secret}"}}`,
    `{"current":"k2","keys":{"k1":"${secret}"},"installation":"${secret}"}`,
    `{"current":"k1","keys":{"k1":"${secret.slice(4)}"},"installation":"${secret}"}`,
    `{"current":"K 1","keys":{"K 1":"${secret}"},"installation":"${secret}"}`,
  ]
  for (const text of broken) {
    writeFileSync(file(), text, { mode: 0o600 })
    await assert.rejects(open(), (error: Error & { code: string }) => {
      assert.equal(error.code, 'key_unavailable')
      assert.ok(!error.message.includes(secret.slice(0, 12)))
      return true
    })
  }
})
