import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type AwsKmsSettings, awsKmsProvider } from '../../src/adapters/keyring/aws-kms.ts'
import { openFileKeyring } from '../../src/adapters/keyring/file-keys.ts'
import { type KeyProviderSettings, openKeyring } from '../../src/adapters/keyring/open-keyring.ts'
import { vaultProvider } from '../../src/adapters/keyring/vault-transit.ts'
import { problemOfError } from '../../src/adapters/web/problem-reply.ts'
import type { KeyProvider } from '../../src/ports/keyring.ts'
import type { KeyService } from '../support/key-service.ts'
import { KMS_CREDENTIALS, KMS_REGION, startKms } from '../support/kms-double.ts'
import { startVault } from '../support/vault-double.ts'

const ALIAS = 'alias/answerback'
const KEY = Buffer.alloc(32, 7)
const TAMPERED = { name: 'KeyError', code: 'tampered' }
const UNAVAILABLE = { name: 'KeyError', code: 'key_unavailable' }

const kms = await startKms()
kms.point(ALIAS)
const kmsSettings: AwsKmsSettings = {
  ...{ region: KMS_REGION, keyId: ALIAS, endpoint: kms.url, credentials: KMS_CREDENTIALS, timeoutMs: 200 },
}
const vault = await startVault()
const vaultSettings = { address: vault.url, mount: 'transit', key: 'answerback', timeoutMs: 200 }
const token = async () => vault.token

const SERVICES: readonly (readonly [string, KeyProvider, KeyService])[] = [
  ['AWS KMS', awsKmsProvider(kmsSettings), kms],
  ['Vault', vaultProvider({ ...vaultSettings, token }), vault],
]

const scratch = mkdtempSync(join(tmpdir(), 'answerback-key-services-'))
after(() => rmSync(scratch, { recursive: true }))

for (const [name, provider, service] of SERVICES) {
  test(`${name} opens what it wrapped, in its place alone`, async () => {
    const wrapped = await provider.wrap(KEY, 'account-key acc_a')
    assert.deepEqual(await provider.unwrap(wrapped, 'account-key acc_a'), KEY)
    assert.ok(!wrapped.includes(KEY))
    assert.equal(provider.idOf(wrapped), await provider.currentId())
    await assert.rejects(provider.unwrap(wrapped, 'account-key acc_b'), TAMPERED)
    const changed = Buffer.from(wrapped)
    changed[changed.length - 6]! ^= 1
    await assert.rejects(provider.unwrap(changed, 'account-key acc_a'), TAMPERED)
    await assert.rejects(provider.unwrap(Buffer.from('k1'), 'account-key acc_a'), TAMPERED)
  })

  test(`${name} is asked once more, and then is unavailable`, async () => {
    for (const how of [500, 503, 429, 'hang up', 'silence'] as const) {
      service.failing = { count: 1, how }
      await provider.wrap(KEY, 'x')
      service.failing = { count: 2, how }
      const before = service.requests
      await assert.rejects(provider.wrap(KEY, 'x'), UNAVAILABLE, String(how))
      assert.equal(service.requests, before + 2)
      service.failing.count = 0
    }
  })

  test(`${name} is not followed where it sends us`, async () => {
    service.failing = { count: 2, how: 307 }
    await assert.rejects(provider.wrap(KEY, 'x'), UNAVAILABLE)
  })
}

test('a key that AWS KMS does not have, that is disabled, or whose secret is wrong is unavailable, with the reason', async () => {
  const missing = awsKmsProvider({ ...kmsSettings, keyId: 'alias/none' })
  await assert.rejects(missing.wrap(KEY, 'x'), { ...UNAVAILABLE, message: /no such key.*NotFoundException/ })
  const credentials = { ...KMS_CREDENTIALS, secretAccessKey: 'another' }
  const forged = awsKmsProvider({ ...kmsSettings, credentials })
  await assert.rejects(forged.wrap(KEY, 'x'), { ...UNAVAILABLE, message: /secret access key/ })
  kms.disable(kms.point('alias/off'))
  const off = awsKmsProvider({ ...kmsSettings, keyId: 'alias/off' })
  await assert.rejects(off.wrap(KEY, 'x'), { ...UNAVAILABLE, message: /disabled/ })
})

test('an alias that points to another key makes the old one old, and what it wrapped still opens', async () => {
  const provider = awsKmsProvider(kmsSettings)
  const wrapped = await provider.wrap(KEY, 'x')
  const arn = kms.point(ALIAS)
  assert.equal(await provider.currentId(), `aws:${arn}`)
  assert.notEqual(provider.idOf(wrapped), `aws:${arn}`)
  assert.deepEqual(await provider.unwrap(wrapped, 'x'), KEY)
  // Named for another key, ciphertext is not tried by whichever key made it.
  const moved = Buffer.from(await provider.wrap(KEY, 'x'))
  wrapped.copy(moved, 1 + moved[0]!, 1 + wrapped[0]!)
  await assert.rejects(provider.unwrap(moved, 'x'), TAMPERED)
})

test('a version that Vault made makes the old one old, until Vault decrypts by it no more', async () => {
  const provider = vaultProvider({ ...vaultSettings, token })
  const wrapped = await provider.wrap(KEY, 'x')
  vault.rotate()
  assert.deepEqual(
    [provider.idOf(wrapped), await provider.currentId()],
    ['vault:answerback:v1', 'vault:answerback:v2'],
  )
  assert.deepEqual(await provider.unwrap(wrapped, 'x'), KEY)
  vault.minDecryptionVersion = 2
  await assert.rejects(provider.unwrap(wrapped, 'x'), { ...UNAVAILABLE, message: /min_decryption_version/ })
  vault.minDecryptionVersion = 1
})

test('a Vault that is sealed, or a token that it does not take, is told as such and never repeated', async () => {
  vault.isSealed = true
  const provider = vaultProvider({ ...vaultSettings, token: async () => 'hvs.wrong' })
  await assert.rejects(provider.wrap(KEY, 'x'), UNAVAILABLE)
  vault.isSealed = false
  await assert.rejects(provider.wrap(KEY, 'x'), (error: Error) => {
    assert.match(error.message, /token is invalid/)
    assert.doesNotMatch(error.message, /hvs/)
    return true
  })
})

function memoryStore() {
  let kept: Buffer | undefined
  return { read: async () => kept, keep: async (wrapped: Buffer) => (kept ??= wrapped) }
}

test('a server does not start without its key service, and says why', async () => {
  const settings: KeyProviderSettings = { kind: 'vault', ...vaultSettings, tokenFile: join(scratch, 'token') }
  const open = () => openKeyring(settings, join(scratch, 'none'), { create: true }, memoryStore())
  await assert.rejects(open(), { ...UNAVAILABLE, message: /token for Vault/ })
  writeFileSync(join(scratch, 'token'), `${vault.token}\n`)
  await open()
  vault.isSealed = true
  await assert.rejects(open(), UNAVAILABLE)
  vault.isSealed = false
})

test('the installation key is made once, and every process of the installation has it', async () => {
  const store = memoryStore()
  const settings: KeyProviderSettings = { kind: 'aws-kms', ...kmsSettings }
  const open = () => openKeyring(settings, join(scratch, 'none'), { create: false }, store)
  const [first, second] = [await open(), await open()]
  assert.deepEqual(first.installationHash('slot', 'x'), second.installationHash('slot', 'x'))
})

test('a key service that takes over from a key file opens what the file wrapped, and has its installation key', async () => {
  const folder = join(scratch, 'keys')
  const file = await openFileKeyring(folder, { create: true })
  const wrapped = await file.createAccountKey('acc_a')
  const sealed = (await file.account('acc_a', wrapped)).hash('x', 'y')
  const settings: KeyProviderSettings = { kind: 'aws-kms', ...kmsSettings }
  const keyring = await openKeyring(settings, folder, { create: false }, memoryStore())
  assert.deepEqual((await keyring.account('acc_a', wrapped)).hash('x', 'y'), sealed)
  assert.deepEqual(keyring.installationHash('slot', 'x'), file.installationHash('slot', 'x'))
  const anew = await keyring.rewrapAccountKey('acc_a', wrapped)
  assert.equal(keyring.wrappedBy(anew.wrapped), await keyring.masterKeyId())
  assert.deepEqual((await keyring.account('acc_a', anew.wrapped)).hash('x', 'y'), sealed)
})

test('a request that needs a key that is not to be had is told to come again', async () => {
  vault.isSealed = true
  const provider = vaultProvider({ ...vaultSettings, token })
  const error = await provider.wrap(KEY, 'x').catch((thrown: unknown) => thrown)
  vault.isSealed = false
  assert.equal(problemOfError(error).code, 'system.storage_unavailable')
})
