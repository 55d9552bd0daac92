import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { BackupError } from '../src/backup/backup-error.ts'
import { Problem } from '../src/domain/problem/problem.ts'
import { assertSetUp, operatorSentence } from '../src/operator-sentence.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')

const folder = await mkdtemp(join(tmpdir(), 'answerback-setup-'))
after(() => rm(folder, { recursive: true, force: true }))

test('what an operator can mend is told in a sentence with its fix, and a bug with its stack', () => {
  assert.equal(operatorSentence(new BackupError('damaged', 'Take another one.')), 'Take another one.')
  const refused = operatorSentence(new Problem('person.is_member'))
  assert.match(refused, /\w\. \w.*\.$/)
  assert.doesNotMatch(refused, /\n|Problem:/)
  assert.match(operatorSentence(new TypeError('x')), /^TypeError: x\n +at /)
})

test('an owner or a name that cannot be is named with its flag', () => {
  for (const [wanted, setting] of [
    [{ setup: 'Zebra Clinic', owner: 'owner.at.clinic.example' }, '--owner'],
    [{ setup: 'Zebra Clinic', owner: 'two@clinic.example,three@clinic.example' }, '--owner'],
    [{ owner: '' }, '--owner'],
    [{ setup: '  ', owner: 'owner@clinic.example' }, '--name'],
  ] as const) {
    assert.throws(() => assertSetUp(wanted), { name: 'ConfigError', message: new RegExp(`^${setting}: `) })
  }
  assertSetUp({ setup: 'Zebra Clinic', owner: 'owner@clinic.example' })
  assertSetUp({})
})

test('a set-up that is refused has made no account, no key and no folder', () => {
  const data = join(folder, 'data')
  const keys = join(folder, 'keys')
  const args = ['--profile', 'production', '--setup', 'Zebra Clinic', '--owner', 'zebra']
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ANSWERBACK_DATA: data, ANSWERBACK_KEY_FOLDER: keys, DATABASE_URL: '' },
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.deepEqual([status, stdout], [1, ''], stderr)
  assert.doesNotMatch(stderr, /\n +at /)
  assert.ok(!existsSync(data) && !existsSync(keys))
})
