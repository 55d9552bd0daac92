import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { commandLineOf } from './support/answerback.ts'

/** Three pages, the last of them empty, as a search by reference may answer. */
const PAGES = [['fax_1', 'fax_2'], ['fax_3'], []]
const asked: { readonly request: string; readonly question: Record<string, unknown> }[] = []

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const question = JSON.parse(Buffer.concat(chunks).toString())
  asked.push({ request: `${request.method} ${request.url}`, question })
  const at = Number(question.cursor ?? 0)
  const isLast = at === PAGES.length - 1
  if (request.headers.accept === 'text/csv') {
    if (!isLast) response.setHeader('x-next-cursor', `${at + 1}`)
    if (at === 0) response.setHeader('x-unlinked', '1000')
    response.setHeader('content-type', 'text/csv')
    return void response.end(['at,faxId', ...PAGES[at]!.map((id) => `,${id}`), ''].join('\r\n'))
  }
  response.setHeader('content-type', 'application/json')
  const data = PAGES[at]!.map((faxId) => ({ ...ROW, faxId }))
  response.end(
    JSON.stringify({ data, nextCursor: isLast ? null : `${at + 1}`, unlinked: at === 0 ? 1000 : null }),
  )
})
const ROW = {
  at: '2026-03-10T12:00:00.000Z',
  to: null,
  recipientName: null,
  pages: 1,
  outcome: 'outcome_unknown',
  by: null,
  reference: null,
  inboundId: null,
  patientId: 'ZZ-000000',
  purpose: null,
  statement: null,
  accountable: true,
  because: 'Nobody said why it was sent, so it is accounted for.',
}
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const folder = mkdtempSync(join(tmpdir(), 'answerback-disclosures-'))
after(() => {
  server.close()
  rmSync(folder, { recursive: true })
})
const { port } = server.address() as AddressInfo
const answerback = commandLineOf(`http://127.0.0.1:${port}`, 'ab_test_planted')

test('an account goes on to its last page, and no address holds the id of the patient', async () => {
  asked.length = 0
  const { code, out, err } = await answerback(['disclosures', '--patient', 'ZZ-000000'])
  assert.equal(code, 0, err)
  assert.deepEqual(out.match(/^fax_\d/gm), ['fax_1', 'fax_2', 'fax_3'])
  assert.match(out, /\n3 disclosures\.\n1000 others are said to be nobody's papers\./)
  assert.deepEqual(
    asked.map(({ request, question }) => [request, question.patient, question.cursor]),
    [undefined, '1', '2'].map((cursor) => ['POST /v2/disclosures/search', 'ZZ-000000', cursor]),
  )
})

test('a fax whose end nobody knows says so, and a shredded one tells no number', async () => {
  const { out } = await answerback(['disclosures', '--limit', '1'])
  assert.match(out, / {2}to {7}shredded\n {2}pages {4}1; whether the last one arrived, nobody knows\n/)
  assert.match(out, /\n1 disclosure\. There are more: raise --limit\.\n/)
})

test('the table of many pages has its header once', async () => {
  const file = join(folder, 'account.csv')
  const { code, out, err } = await answerback(['disclosures', '--output', file, '--json'])
  assert.equal(code, 0, err)
  assert.equal(readFileSync(file, 'utf8'), 'at,faxId\r\n,fax_1\r\n,fax_2\r\n,fax_3\r\n')
  assert.deepEqual(JSON.parse(out), { file, byteCount: 34, unlinked: 1000 })
})
