import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { assertOnePipe, readGiven } from '../src/given-text.ts'
import { refusal } from './support/answerback.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')
const folder = mkdtempSync(join(tmpdir(), 'answerback-given-'))
after(() => rmSync(folder, { recursive: true }))
const ASKED = { what: 'API key', isSecret: true }

function given(content: string): Promise<string> {
  const file = join(folder, 'given')
  writeFileSync(file, content)
  return readGiven(file, ASKED)
}

test('a file holds one line, whose end is no part of it', async () => {
  for (const content of ['a word', 'a word\n', 'a word\r\n']) assert.equal(await given(content), 'a word')
  assert.equal(await given('k'.repeat(4096)), 'k'.repeat(4096))
})

test('a file that holds something else is told, and its content is not', async () => {
  await assert.rejects(() => given('\n'), refusal(/^The API key is empty\.$/))
  for (const content of ['two\nlines\n', 'k'.repeat(4097), 'k'.repeat(100_000)])
    await assert.rejects(() => given(content), refusal(/^The API key is one line of at most 4096 bytes/))
  await assert.rejects(() => readGiven('/no/such', ASKED), refusal(/^Cannot read the file \/no\/such\.$/))
})

test('one pipe brings one thing', () => {
  assertOnePipe(['-', undefined, 'file'])
  assert.throws(() => assertOnePipe(['-', '-']), refusal(/^Only one of them can come from stdin/))
})

const hasTerminal = spawnSync('script', ['--version']).status === 0

/** What a terminal shows when `text` is typed as soon as it is asked for. Nothing answers at the address. */
async function shownWhenTyped(command: string, text: string): Promise<{ code: number; shown: string }> {
  const line = `'${process.execPath}' '${MAIN}' ${command} --url http://127.0.0.1:9 --key ab_live_planted`
  const child = spawn('script', ['-qefc', line, '/dev/null'])
  let shown = ''
  child.stdout.on('data', (chunk) => {
    const wasAsked = shown.includes(': ')
    shown += chunk
    if (!wasAsked && shown.includes(': ')) child.stdin.write(`${text}\r`)
  })
  const [code] = await once(child, 'close')
  return { code, shown }
}

test('a secret that is typed does not show; the id of a patient does', {
  skip: hasTerminal ? false : 'script (util-linux) is not installed',
}, async () => {
  const secret = await shownWhenTyped('provider add --name iFax --api-key-file -', 'planted-key')
  assert.equal(secret.code, 3, secret.shown)
  assert.match(
    secret.shown,
    /^The API key of the provider, then Enter \(it does not show\): \r?\nNo answer from/,
  )
  const patient = await shownWhenTyped('disclosures --patient-file -', 'ZZ-000000')
  assert.match(patient.shown, /^The patient id: ZZ-000000\s+No answer from/)
})
