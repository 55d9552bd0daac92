import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type ComplianceReport, describeCompliance } from '../src/compliance.ts'

const REPORT: ComplianceReport = {
  at: '2026-03-10T12:00:00.000Z',
  standard: 'development',
  version: '0.0.0',
  ok: true,
  counts: { pass: 1, fail: 0, notApplicable: 1 },
  checks: [
    { id: 'keys.apart', title: 'Keys lie apart', outcome: 'pass', observed: 'They do.', fix: null },
    { id: 'x', title: 'Asked', outcome: 'not_applicable', observed: 'Not here.', fix: null },
  ],
}
const BAD: ComplianceReport = {
  ...REPORT,
  standard: 'production',
  ok: false,
  counts: { pass: 0, fail: 1, notApplicable: 0 },
  checks: [
    { id: 'keys.apart', title: 'Keys lie apart', outcome: 'fail', observed: 'No.', fix: 'Move them.' },
  ],
}

const READING: ComplianceReport = {
  ...REPORT,
  checks: [
    { id: 'audit.intact', title: 'Intact', outcome: 'not_applicable', observed: 'Ask again.', fix: null },
  ],
}

const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers.authorization}`)
  if (request.url?.startsWith('/v2/compliance/bundle')) return void response.end('PK-evidence')
  const isThird = asked.filter((each) => each.includes('reading')).length >= 3
  const reading = request.headers.authorization?.endsWith('reading') && !isThird
  const body = request.url?.includes('production') ? BAD : reading ? READING : REPORT
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(body))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const folder = mkdtempSync(join(tmpdir(), 'answerback-doctor-'))
after(() => {
  server.close()
  rmSync(folder, { recursive: true })
})
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

function run(...argv: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const program = join(import.meta.dirname, '../src/main.ts')
  const child = spawn(process.execPath, [
    program,
    ...argv,
    '--url',
    url,
    ...(argv.includes('--key') ? [] : ['--key', 'ab_test_zebra']),
  ])
  const [out, err]: [string[], string[]] = [[], []]
  child.stdout.on('data', (chunk) => out.push(String(chunk)))
  child.stderr.on('data', (chunk) => err.push(String(chunk)))
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, out: out.join(''), err: err.join('') }))
  })
}

test('each check is a line, and one that fails has its fix under it', () => {
  assert.equal(
    describeCompliance(REPORT),
    'pass  keys.apart  Keys lie apart. They do.\n  -   x           Asked. Not here.\n\n' +
      '1 pass, 0 fail, 1 do not apply, by the development standard.\n',
  )
  assert.match(describeCompliance(BAD), /^FAIL {2}keys\.apart .*\n +fix: Move them\.\n/)
})

test('the doctor ends with 0 when all is well, with 1 when a check fails, and with 2 for a wrong line', async () => {
  assert.equal((await run('doctor')).code, 0)
  const bad = await run('doctor', '--production')
  assert.equal(bad.code, 1)
  assert.match(bad.out, /FAIL {2}keys\.apart/)
  assert.equal((await run('doctor', 'now')).code, 2)
  assert.deepEqual(asked, [
    'GET /v2/compliance?audit=whole Bearer ab_test_zebra',
    'GET /v2/compliance?audit=whole&standard=production Bearer ab_test_zebra',
  ])
})

test('the doctor asks again while a long audit is read from its beginning', async () => {
  asked.length = 0
  const { code, out } = await run('doctor', '--key', 'ab_test_reading')
  assert.deepEqual([code, asked.length], [0, 3])
  assert.doesNotMatch(out, /audit\.intact/)
})

test('a bundle is written for its owner alone, and never over another', async () => {
  const file = join(folder, 'evidence.zip')
  assert.equal((await run('compliance', 'bundle', file)).code, 0)
  assert.equal(readFileSync(file, 'utf8'), 'PK-evidence')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const again = await run('compliance', 'bundle', file)
  assert.equal(again.code, 2)
  assert.match(again.err, /already/)
  assert.equal((await run('compliance')).code, 2)
})
