import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createServer } from 'node:tls'
import fc from 'fast-check'
import { parseBackupStatus, readBackupStatus } from '../../src/adapters/installation/backup-status.ts'
import { lookAtCertificate } from '../../src/adapters/installation/certificates.ts'
import { readComponents } from '../../src/adapters/installation/components.ts'
import { databaseHost, databaseTransport } from '../../src/adapters/installation/database-transport.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { describeInstallation } from '../../src/installation.ts'
import { makeTestCertificate, needsOpenssl } from '../lines/sip/test-certificate.ts'
import { closed } from '../support/compliance.ts'

const AROUND = { schemaStanding: async () => 'same' as const }
const folder = mkdtempSync(join(tmpdir(), 'answerback-installation-'))
after(() => rmSync(folder, { recursive: true }))
const NOTHING = { lastBackupAt: null, lostDocuments: 0, lastDrillAt: null, lastTry: null }

test('a database is local, verified, not verified or in the clear', () => {
  for (const [url, expected] of [
    [undefined, 'local'],
    ['postgres://u:p@localhost/db', 'local'],
    ['postgres://u:p@127.0.0.1:5432/db', 'local'],
    ['postgres://u@/db?host=/var/run/postgresql', 'local'],
    ['postgres:///db', 'local'],
    ['postgres://u:p@db.clinic.example/db?sslmode=verify-full', 'verified_tls'],
    ['postgres://u:p@db.clinic.example/db?sslmode=require', 'unverified_tls'],
    ['postgres://u:p@db.clinic.example/db?sslmode=no-verify', 'unverified_tls'],
    ['postgres://u:p@db.clinic.example/db?ssl=true', 'unverified_tls'],
    ['postgres://u:p@db.clinic.example/db?sslmode=disable', 'plain'],
    ['postgres://u:p@db.clinic.example/db', 'plain'],
    ['not an address', 'plain'],
  ] as const) {
    assert.equal(databaseTransport(url), expected, url)
  }
})

test('a database without a host is where PGHOST says, which counts for nothing else', () => {
  for (const url of ['postgres://u@/db', 'postgres:///db']) {
    assert.equal(databaseTransport(url, 'db.clinic.example'), 'plain')
    assert.equal(databaseTransport(url, '/var/run/postgresql'), 'local')
    assert.equal(databaseHost(url, 'db.clinic.example'), 'db.clinic.example')
  }
  assert.equal(databaseTransport('postgres://u@127.0.0.1/db', 'db.clinic.example'), 'local')
  assert.equal(databaseTransport(undefined, 'db.clinic.example'), 'local')
})

test('a backup job is believed when it names moments, and not otherwise', async () => {
  const at = '2026-03-10T02:00:00Z'
  assert.deepEqual(
    parseBackupStatus(JSON.stringify({ lastBackupAt: at, lastDrillAt: '2026-03-01T09:00+01:00' })),
    {
      lastBackupAt: new Date(at),
      lostDocuments: 0,
      lastDrillAt: new Date('2026-03-01T08:00:00Z'),
      lastTry: null,
    },
  )
  for (const [lastBackupLost, told] of [
    [3, 3],
    [0, 0],
    [-1, 0],
    ['3', 0],
    [null, 0],
  ] as const)
    assert.equal(parseBackupStatus(JSON.stringify({ lastBackupLost })).lostDocuments, told)
  const drills = [
    { at, result: 'failed', seconds: 3, backupMadeAt: at },
    { at, result: 'passed' },
  ]
  assert.deepEqual(parseBackupStatus(JSON.stringify({ drills })).lastTry, {
    ...{ at: new Date(at), passed: false, backupMadeAt: new Date(at) },
  })
  for (const drills of [[], [1], [null], [{ result: 'passed' }], 'all'])
    assert.equal(parseBackupStatus(JSON.stringify({ drills })).lastTry, null)
  for (const text of [
    '',
    'null',
    '[]',
    '{"lastBackupAt": 1}',
    '{"lastBackupAt": "2026-03-10"}',
    '{"lastBackupAt": "2026-13-10T00:00Z"}',
  ]) {
    assert.deepEqual(parseBackupStatus(text), NOTHING, text)
  }
  assert.deepEqual(await readBackupStatus(undefined), NOTHING)
  assert.deepEqual(await readBackupStatus(join(folder, 'missing.json')), NOTHING)
  const path = join(folder, 'large.json')
  writeFileSync(path, JSON.stringify({ lastBackupAt: at, padding: 'x'.repeat(17_000) }))
  assert.deepEqual(await readBackupStatus(path), NOTHING)
})

test('no content of a backup status file throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const { lastBackupAt, lastDrillAt } = parseBackupStatus(text)
      for (const at of [lastBackupAt, lastDrillAt]) assert.ok(at === null || !Number.isNaN(at.getTime()))
    }),
    { numRuns: 1000 },
  )
})

test('parts are those that come with the product, and none where there is no lockfile', async () => {
  const path = join(folder, 'package-lock.json')
  const packages = {
    '': { name: 'answerback', version: '0.1.0' },
    'packages/server': { version: '0.1.0' },
    'node_modules/@answerback/server': { resolved: 'packages/server', link: true },
    'node_modules/b': { version: '2.0.0', license: 'MIT', integrity: 'sha512-AAAA' },
    'node_modules/b/node_modules/@a/c': { version: '1.0.0' },
    'node_modules/tested-with': { version: '1.0.0', dev: true },
  }
  writeFileSync(path, JSON.stringify({ packages }))
  assert.deepEqual(await readComponents(path), [
    { name: '@a/c', version: '1.0.0', license: null, integrity: null },
    { name: 'b', version: '2.0.0', license: 'MIT', integrity: 'sha512-AAAA' },
  ])
  assert.deepEqual(await readComponents(join(folder, 'missing.json')), [])
})

test('modes are looked at each time, and neither a path, a password nor a token is told', async () => {
  const [data, keys] = [join(folder, 'data'), join(folder, 'zebra-keys')]
  mkdirSync(data, { mode: 0o700 })
  mkdirSync(keys, { mode: 0o700 })
  writeFileSync(join(keys, 'master.json'), '{}', { mode: 0o600 })
  const config = readConfig(
    'production',
    {},
    {
      ANSWERBACK_DATA: data,
      ANSWERBACK_KEY_FOLDER: keys,
      DATABASE_URL: 'postgres://zebra:zebra-password@db.clinic.example/db?sslmode=verify-full',
      ANSWERBACK_SMTP_URL: 'smtps://zebra:zebra-password@mail.clinic.example',
      ANSWERBACK_MAIL_FROM: 'fax@clinic.example',
    },
  )
  const secretConfig = join(folder, 'zebra.json')
  writeFileSync(secretConfig, '{}', { mode: 0o640 })
  const installation = describeInstallation(config, { ...AROUND, secretConfig })
  const before = await installation.look()
  assert.deepEqual(before.keyFiles, [closed('key folder', 0o700), closed('key file 1')])
  assert.deepEqual(before.secretFiles, [closed('configuration', 0o640)])
  assert.equal(before.masterKey?.mode, 0o600)
  assert.equal(before.keysInsideData, false)
  assert.equal(before.credentialsFile.mode, null)
  assert.deepEqual(before.systems, [
    { kind: 'smtp', host: 'mail.clinic.example' },
    { kind: 'storage', host: 'db.clinic.example' },
  ])
  assert.ok(before.disk.freeBytes > 0 && before.disk.freeBytes < before.disk.bytes)
  assert.equal(before.settings.baaGate, 'enforce')
  chmodSync(join(keys, 'master.json'), 0o644)
  writeFileSync(join(data, 'credentials.json'), '{}', { mode: 0o600 })
  const now = await installation.look()
  assert.equal(now.keyFiles[1]?.mode, 0o644)
  assert.equal(now.credentialsFile.mode, 0o600)
  assert.doesNotMatch(JSON.stringify(now), /zebra|\/data/)
  rmSync(join(keys, 'master.json'))
  assert.equal((await installation.look()).masterKey?.mode, null)
  assert.ok((await installation.components()).length > 20)
})

test('a key lies in the data also when a link leads out of it, or into it', async () => {
  const [data, keys] = [join(folder, 'linked'), join(folder, 'linked-keys')]
  mkdirSync(join(data, 'keys'), { recursive: true, mode: 0o700 })
  writeFileSync(join(data, 'keys', 'master.json'), '{}', { mode: 0o600 })
  symlinkSync(join(data, 'keys'), keys)
  const checkpoints = join(data, 'checkpoints.jsonl')
  const settings = { data, keyFolder: keys, auditCheckpointFile: checkpoints }
  const inside = await describeInstallation(readConfig('production', settings, {}), AROUND).look()
  assert.equal(inside.keysInsideData, true)
  assert.deepEqual(inside.keptCheckpoints, { isInsideData: true, last: null })
  writeFileSync(checkpoints, '{"size":7,"at":"","note":"n"}\n{"size":8')
  const filled = await describeInstallation(readConfig('production', settings, {}), AROUND).look()
  assert.deepEqual(filled.keptCheckpoints?.last, { size: 7, note: 'n' })
})

test('a file of another user is told apart', { skip: process.getuid?.() !== 0 && 'needs root' }, async () => {
  const data = join(folder, 'foreign')
  mkdirSync(data, { mode: 0o700 })
  chownSync(data, 48_001, 48_001)
  const config = readConfig('production', { data, keyFolder: join(folder, 'no-keys') }, {})
  const { dataFiles, keyFiles } = await describeInstallation(config, AROUND).look()
  assert.deepEqual(dataFiles, [{ what: 'data folder', mode: 0o700, isForeign: true }])
  assert.deepEqual(keyFiles, [{ what: 'key folder', mode: null, isForeign: false }])
})

test('a certificate is looked at where it is shown, and for whom', { skip: needsOpenssl }, async () => {
  const pair = makeTestCertificate()
  const server = createServer({ cert: pair.certificate, key: pair.key })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  const { port } = server.address() as AddressInfo
  const at = (name: string | null) => lookAtCertificate({ what: 'API', host: '127.0.0.1', port, name })
  const { seen } = await at('127.0.0.1')
  assert.equal(seen?.fitsAddress, true)
  assert.equal(Math.round((seen.until.getTime() - seen.from.getTime()) / 86_400_000), 1)
  assert.equal((await at('fax.clinic.example')).seen?.fitsAddress, false)
  assert.equal((await at(null)).seen?.fitsAddress, null)
  const path = join(folder, 'sip.pem')
  writeFileSync(path, pair.certificate)
  assert.deepEqual((await lookAtCertificate({ what: 'SIP', path })).seen, { ...seen, fitsAddress: null })
  assert.equal((await lookAtCertificate({ what: 'SIP', path: join(folder, 'none.pem') })).seen, null)
  server.close()
  assert.equal((await lookAtCertificate({ what: 'API', host: '127.0.0.1', port: 1, name: null })).seen, null)
})

test('the gate is enforced in production and warns in development, unless it is set', () => {
  const SAFE = { ANSWERBACK_KEY_FOLDER: '/etc/answerback/keys', ANSWERBACK_DATA: '/var/lib/answerback' }
  assert.equal(readConfig('production', {}, SAFE).policy.baaGate, 'enforce')
  assert.equal(readConfig('development', {}, {}).policy.baaGate, 'warn')
  assert.equal(readConfig('production', { baaGate: 'off' }, SAFE).policy.baaGate, 'off')
  assert.throws(() => readConfig('production', {}, { ...SAFE, ANSWERBACK_BAA_GATE: 'maybe' }), /BAA_GATE/)
})
