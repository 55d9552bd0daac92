import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { receiveDistinct } from '../../server/test/support/distinct-pages.ts'
import { sendTo } from '../../server/test/support/faxes.ts'
import { testHttpServer } from '../../server/test/support/http.ts'
import { parseCommandLine } from '../src/command-line.ts'
import { disclosures } from '../src/commands/disclosures.ts'
import { inbox } from '../src/commands/inbox.ts'
import { link } from '../src/commands/link.ts'
import { commandLineOf, refusal } from './support/answerback.ts'

const server = await testHttpServer()
const { services, scope } = server
const answerback = commandLineOf(server.url, server.key)
const folder = mkdtempSync(join(tmpdir(), 'answerback-papers-'))
after(() => rmSync(folder, { recursive: true }))

/** A right-to-left override and a C1 control sequence: a terminal obeys both. */
const HOSTILE = 'Dr Okapi \u202e\u009b2J'
const sent = await sendTo(services, scope, 0, { cover: { toName: HOSTILE } })
await services.clock.advance(1_000)
const other = await sendTo(services, scope, 0, { area: 303 })
await services.clock.advance(1_000)
const received = await receiveDistinct(services, scope, 1)
await services.runFor(24 * 3_600_000)

test('the papers of a fax are said afterwards, with the id of the patient from a pipe', async () => {
  const { code, out, err } = await answerback(
    ['link', sent.id, '--patient-file', '-', '--patient-name', 'Test Patient Zebra', '--purpose', 'PUBHLTH'],
    'ZZ-000000\n',
  )
  assert.equal(code, 0, err)
  assert.match(out, new RegExp(`^${sent.id} {2}delivered`))
  assert.match(out, / {2}patient {2}ZZ-000000 {2}Test Patient Zebra\n {2}purpose {2}PUBHLTH\n$/)
})

test('a patient and a purpose are taken back, and what is not named stays', async () => {
  const linked = await answerback([
    'link',
    other.id,
    '--patient',
    'ZZ-000001',
    '--purpose',
    'TREAT',
    '--json',
  ])
  assert.equal(linked.code, 0, linked.err)
  const back = await answerback(['link', other.id, '--no-patient'])
  assert.match(back.out, /patient {2}nobody's.*\n {2}purpose {2}TREAT\n$/)
  const none = await answerback(['link', other.id, '--purpose', 'none', '--json'])
  const { patient, purpose } = JSON.parse(none.out)
  assert.deepEqual([patient, purpose], [null, null])
})

test('a patient asks: what counts is told with when, to whom, how much and why, and what may be missing', async () => {
  const file = join(folder, 'patient')
  writeFileSync(file, 'ZZ-000000\n')
  const { code, out, err } = await answerback([
    'disclosures',
    '--patient-file',
    file,
    '--accountable',
    'true',
  ])
  assert.equal(code, 0, err)
  assert.match(out, new RegExp(`^${sent.id}  \\d{4}-.*Z  delivered\n  to       \\+12025550100  Dr Okapi`))
  assert.match(out, / {2}pages {4}2\n {2}why {6}PUBHLTH: Public health reporting, 45 CFR 164\.512\(b\)\n/)
  assert.match(out, /\n\n1 disclosure\.\n1 other is said to be nobody's papers\./)
  assert.ok(!out.includes(other.id))
})

test("what is nobody's papers is found, and once it is linked nothing may be missing", async () => {
  const { out } = await answerback(['disclosures', '--unlinked'])
  assert.match(out, new RegExp(`^${other.id} .*\n.*\\+13035550100`))
  assert.ok(!out.includes(sent.id))
  await answerback(['link', other.id, '--patient', 'ZZ-000001'])
  const asked = await answerback(['disclosures', '--patient', 'ZZ-000000'])
  assert.match(
    asked.out,
    /1 disclosure\.\nNo other disclosure of that time is said to be nobody's papers\.\n$/,
  )
  assert.equal((await answerback(['disclosures', '--unlinked'])).out, 'No disclosures.\n')
})

test('a terminal gets no control character of a name, and a program gets the name as it was said', async () => {
  const { out } = await answerback(['disclosures', '--patient', 'ZZ-000000'])
  assert.ok(out.includes('Dr Okapi ??2J'), out)
  const json = await answerback(['disclosures', '--patient', 'ZZ-000000', '--json'])
  assert.ok(json.out.includes('Dr Okapi \\u202e\\u009b2J'), json.out)
  assert.equal(JSON.parse(json.out).data[0].recipientName, HOSTILE)
})

test('the table is written whole, for its owner alone, and never over another', async () => {
  const file = join(folder, 'account.csv')
  const asked = ['disclosures', '--patient', 'ZZ-000000', '--output', file]
  const { code, out, err } = await answerback(asked)
  assert.equal(code, 0, err)
  assert.ok(out.startsWith(`${file}  ${statSync(file).size} bytes\n`), out)
  assert.match(readFileSync(file, 'utf8'), new RegExp(`^at,faxId,to,.*\r\n[^\r]*${sent.id},\\+12025550100`))
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const again = await answerback(asked)
  assert.equal(again.code, 2)
  assert.match(again.err, /^Cannot write the file/)
})

test('a table that is refused leaves no file', async () => {
  const file = join(folder, 'refused.csv')
  const { code, err } = await answerback(['disclosures', '--to', 'nonsense', '--output', file])
  assert.equal(code, 1)
  assert.match(err, /\[number\.invalid\]\n {2}field: {3}to\n {2}fix: /)
  assert.throws(() => statSync(file))
})

test('a received fax is linked to a patient and to the fax it answers, and both are taken back', async () => {
  const linked = await answerback(
    ['inbox', 'link', received, '--patient-file', '-', '--reply-to', sent.id],
    'ZZ-000000',
  )
  assert.equal(linked.code, 0, linked.err)
  assert.match(linked.out, new RegExp(`answers the fax ${sent.id}\n  patient  ZZ-000000\n$`))
  const back = await answerback(['inbox', 'link', received, '--no-patient', '--reply-to', 'none', '--json'])
  const { patient, replyTo } = JSON.parse(back.out)
  assert.deepEqual([patient, replyTo], [null, null])
})

test('a key that may not read whose papers they are is told that they are kept', async () => {
  const key = await server.makeKey(scope, { scopes: ['faxes:write'] })
  const { out } = await commandLineOf(server.url, key)(['link', sent.id, '--patient', 'ZZ-000000'])
  assert.match(out, /patient {2}kept; this key may not read it\n/)
})

test('what cannot be meant is refused with what to say instead, before anything is asked', async () => {
  for (const [command, args, told] of [
    [link, [sent.id], /^Say whose it is, why it went, or both/],
    [link, [received, '--no-patient'], /^That is a received fax: answerback inbox link inb_/],
    [link, [sent.id, '--patient', 'a', '--no-patient'], /^Give a patient or --no-patient/],
    [link, [sent.id, '--patient', 'a', '--patient-file', '-'], /^Give the patient once/],
    [link, [sent.id, '--patient-name', 'Zebra'], /^A patient is known by --patient ID/],
    [link, [sent.id, '--reply-to', 'fax_1'], /^--reply-to is of received faxes/],
    [inbox, ['link', received], /^Say whose it is, or what it answers/],
    [inbox, ['link', received, '--purpose', 'TREAT'], /^--purpose is of sent faxes/],
    [disclosures, ['list'], /takes options only/],
    [disclosures, ['--accountable', 'maybe'], /^--accountable takes true or false/],
    [disclosures, ['--since', '2026-01-01'], /^--since takes a time of RFC 3339/],
    [disclosures, ['--limit', '0'], /^--limit takes a number/],
    [disclosures, ['--patient-name', 'Zebra'], /^Patients are found by id/],
    [disclosures, ['--unlinked', '--patient', 'a'], /^--unlinked lists what is nobody's/],
    [disclosures, ['--output', 'x', '--limit', '1'], /^--output writes all of it/],
  ] as const)
    await assert.rejects(async () => command(parseCommandLine(args)), refusal(told))
  const { code, err } = await answerback(['link', sent.id, '--patient-file', '-'])
  assert.deepEqual([code, err], [2, 'The patient id is empty.\n'])
})
