import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../../src/config/misconfiguration.ts'
import { readConfig } from '../../src/config/read-config.ts'

const DATA = { ANSWERBACK_DATA: '/var/lib/answerback' }
const KMS = {
  ...DATA,
  ANSWERBACK_KEY_PROVIDER: 'aws-kms',
  ANSWERBACK_KMS_KEY: 'alias/answerback',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'hunter2',
}
const VAULT = {
  ...DATA,
  ANSWERBACK_KEY_PROVIDER: 'vault',
  ANSWERBACK_VAULT_ADDRESS: 'https://vault.clinic.example:8200/',
  ANSWERBACK_VAULT_TOKEN: 'hunter2',
}

const providerOf = (environment: Record<string, string>) =>
  readConfig('production', {}, environment).keyProvider

function faultsOf(environment: Record<string, string>): string[] {
  try {
    readConfig('production', {}, environment)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    assert.doesNotMatch(error.message, /hunter2/)
    return error.faults.map(({ setting }) => setting)
  }
  return []
}

test('keys are in a file unless another place is named, and only a file must lie apart from the data', () => {
  assert.deepEqual(faultsOf(DATA), ['ANSWERBACK_KEY_FOLDER'])
  assert.deepEqual(providerOf({ ...DATA, ANSWERBACK_KEY_FOLDER: '/etc/answerback' }), { kind: 'file' })
  assert.deepEqual(faultsOf(KMS), [])
})

test('AWS KMS takes a key, a region and credentials', () => {
  assert.deepEqual(providerOf({ ...KMS, AWS_SESSION_TOKEN: 'session' }), {
    ...{ kind: 'aws-kms', region: 'us-east-1', keyId: 'alias/answerback' },
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'hunter2', sessionToken: 'session' },
  })
  for (const name of ['ANSWERBACK_KMS_KEY', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
    assert.deepEqual(faultsOf({ ...KMS, [name]: '' }), [name])
  }
  assert.deepEqual(faultsOf({ ...KMS, AWS_REGION: 'evil.example/' }), ['AWS_REGION'])
})

test('Vault takes an address and one token', () => {
  assert.deepEqual(providerOf(VAULT), {
    ...{ kind: 'vault', address: 'https://vault.clinic.example:8200', mount: 'transit', key: 'answerback' },
    token: 'hunter2',
  })
  assert.deepEqual(faultsOf({ ...VAULT, ANSWERBACK_VAULT_TOKEN: '' }), ['ANSWERBACK_VAULT_TOKEN'])
  assert.deepEqual(faultsOf({ ...VAULT, ANSWERBACK_VAULT_TOKEN_FILE: '/run/token' }), [
    'ANSWERBACK_VAULT_TOKEN',
  ])
  assert.deepEqual(faultsOf({ ...VAULT, ANSWERBACK_VAULT_KEY: '../keys' }), ['ANSWERBACK_VAULT_KEY'])
})

test('keys never cross the network in the clear', () => {
  for (const address of [
    'http://vault.clinic.example',
    'https://user:x@vault.example',
    'https://v.example/?a',
    'x',
  ]) {
    assert.deepEqual(faultsOf({ ...VAULT, ANSWERBACK_VAULT_ADDRESS: address }), ['ANSWERBACK_VAULT_ADDRESS'])
    assert.deepEqual(faultsOf({ ...KMS, ANSWERBACK_KMS_ENDPOINT: address }), ['ANSWERBACK_KMS_ENDPOINT'])
  }
  assert.deepEqual(faultsOf({ ...VAULT, ANSWERBACK_VAULT_ADDRESS: 'http://127.0.0.1:8200' }), [])
})
