import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { USAGE } from '../src/command-line.ts'
import { usageOf } from '../src/usage-of.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')

function answerback(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('help is printed wherever it is asked for, also after a command', () => {
  for (const args of [[], ['help'], ['--help'], ['send', '--help'], ['keys', 'create', '-h']]) {
    const { status, stdout, stderr } = answerback(...args)
    assert.equal(status, 0, args.join(' '))
    assert.match(stdout, /^answerback: send faxes/)
    assert.equal(stderr, '')
  }
})

test('a file that cannot be read is told in one line, without the usage', () => {
  const key = ['--url', 'http://127.0.0.1:9', '--key', 'ab_test_planted']
  const { status, stderr } = answerback('send', '/no/such/file.pdf', '--to', '+12025550100', ...key)
  assert.equal(status, 2)
  assert.equal(stderr, 'Cannot read the file /no/such/file.pdf.\n')
})

test('a command that does not exist is told, with the usage', () => {
  const { status, stdout, stderr } = answerback('fax')
  assert.equal(status, 2)
  assert.equal(stdout, '')
  assert.match(stderr, /^There is no command "fax"\.\n\nanswerback: send faxes/)
})

test('a command that was given wrongly is told with its own usage, which does not scroll the reason away', () => {
  const { status, stderr } = answerback('status')
  assert.equal(status, 2)
  const [reason, ...usage] = stderr.trimEnd().split('\n')
  assert.match(reason!, /^\w.*\.$/)
  assert.match(usage.join('\n'), /^\n {2}answerback status ID .*\n\nAll commands: answerback help$/)
})

test('each command has a usage of its own, with the lines that belong to it', () => {
  assert.match(usageOf('send'), /^ {2}answerback send FILE[\s\S]*--return-code.*\n\nAll/)
  assert.doesNotMatch(usageOf('send'), /answerback status/)
  assert.match(usageOf('inbox'), /inbox \[list\][\s\S]*inbox search[\s\S]*inbox assign/)
  assert.match(usageOf('serve'), /^ {2}answerback serve .*\n\nAll commands/)
  for (const none of ['fax', '', 'answerback']) assert.equal(usageOf(none), USAGE)
})

test('a reader that stops early, such as head, ends the command without a word', () => {
  const piped = spawnSync('sh', ['-c', '"$0" "$1" help | true', process.execPath, MAIN], { encoding: 'utf8' })
  assert.equal(piped.stderr, '')
})

test('a recovery key is a file and nothing else: no installation is begun for it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-recovery-key-'))
  try {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, 'backup', 'key', 'recovery.pem'], {
      cwd: folder,
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    assert.deepEqual(readdirSync(folder), ['recovery.pem'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
