import assert from 'node:assert/strict'
import { test } from 'node:test'
import { form, json, type Reply, testHttpServer } from '../support/http.ts'
import { markedPdf } from '../support/marked-pages.ts'

const server = await testHttpServer({ web: { formBytesMax: 7_000_000, documentBodyBytesMax: 6_000_000 } })
const data = Buffer.from(markedPdf(1, 'Problems')).toString('base64')
const to = '+12025550100'

async function problem(response: Reply, status: number) {
  const body = await response.json()
  assert.equal(response.status, status, JSON.stringify(body))
  assert.equal(response.headers.get('content-type'), 'application/problem+json')
  assert.equal(body.status, status)
  assert.equal(body.requestId, response.headers.get('x-request-id'))
  assert.ok(body.title && body.detail && body.fix && body.docUrl && body.type)
  assert.equal(typeof body.retryable, 'boolean')
  return body
}

const REFUSED: readonly (readonly [string, unknown, number, string, string | undefined, RegExp])[] = [
  ['a missing number', { documents: [{ data }] }, 400, 'request.missing_field', 'to', /"to" is required/],
  [
    'a synonym',
    { faxNumber: to, documents: [{ data }] },
    400,
    'request.unknown_field',
    'faxNumber',
    /Did you mean "to"\?/,
  ],
  [
    'a typing mistake',
    { to, documnets: [{ data }] },
    400,
    'request.unknown_field',
    'documnets',
    /"documents"/,
  ],
  [
    'a mistake further in',
    { to, documents: [{ data, filename: 'a.pdf' }] },
    400,
    'request.unknown_field',
    'documents[0].filename',
    /Did you mean "fileName"\?/,
  ],
  [
    'a wrong type',
    { to, documents: [{ data }], priority: '5' },
    400,
    'request.invalid',
    'priority',
    /"priority" must be/,
  ],
  [
    'a number out of range',
    { to, documents: [{ data }], priority: 10 },
    400,
    'request.invalid',
    'priority',
    /9/,
  ],
  [
    'a word that is none of those allowed',
    { to, documents: [{ data }], resolution: 'best' },
    400,
    'request.invalid',
    'resolution',
    /one of "standard", "fine", "superfine"/,
  ],
  [
    'a time that is none',
    { to, documents: [{ data }], sendAt: 'soon' },
    400,
    'request.invalid',
    'sendAt',
    /RFC 3339/,
  ],
  [
    'a document without source',
    { to, documents: [{ fileName: 'a' }] },
    400,
    'request.missing_field',
    'documents[0]',
    /upload/,
  ],
  [
    'a document with two sources',
    { to, documents: [{ data, upload: 'doc_1' }] },
    400,
    'request.invalid',
    'documents[0]',
    /one source/,
  ],
  [
    'a selection of no page at all, which is not a selection of all',
    { to, documents: [{ data, pages: [] }] },
    400,
    'request.invalid',
    'documents[0].pages',
    /fewer than 1 item/,
  ],
  ['a number nobody has', { to: '12', documents: [{ data }] }, 422, 'number.invalid', 'to', /dialable/],
  [
    'a real number with a test key',
    { to: '+12125551234', documents: [{ data }] },
    403,
    'auth.key_mode_mismatch',
    'to',
    /sandbox/,
  ],
  [
    'an upload that is not there',
    { to, documents: [{ upload: 'doc_x' }] },
    404,
    'document.not_found',
    'documents[0].upload',
    /upload/,
  ],
  [
    'text that is not base64',
    { to, documents: [{ data: '%%%%' }] },
    422,
    'document.corrupt',
    'documents[0].data',
    /base64/,
  ],
  [
    'a word processor file',
    { to, documents: [{ data: 'UEsDBBQ=' }] },
    422,
    'document.unsupported_type',
    'documents[0].data',
    /./,
  ],
  ['nothing to send', { to }, 422, 'document.missing', 'documents', /./],
]

for (const [what, body, status, code, field, detail] of REFUSED) {
  test(`${what} is refused with its place, its rule and what to do`, async () => {
    const found = await problem(await server.fetch('/v2/faxes', json(body)), status)
    assert.equal(found.code, code)
    assert.equal(found.field, field)
    assert.match(found.detail, detail)
  })
}

test('a form is held to the same rules as JSON', async () => {
  const file = { fileName: 'a.pdf', bytes: markedPdf(1, 'Form') }
  const unknown = await problem(await server.fetch('/v2/faxes', form([['too', to]], [file])), 400)
  assert.equal(unknown.code, 'request.unknown_field')
  assert.match(unknown.detail, /"to"/)
  const priority = await problem(
    await server.fetch(
      '/v2/faxes',
      form(
        [
          ['to', to],
          ['priority', 'high'],
        ],
        [file],
      ),
    ),
    400,
  )
  assert.equal(priority.field, 'priority')
  const path = await problem(
    await server.fetch(
      '/v2/faxes',
      form(
        [
          ['to', to],
          ['__proto__[x]', '1'],
        ],
        [file],
      ),
    ),
    400,
  )
  assert.equal(path.code, 'request.invalid')
})

test('bodies that are not JSON, are not closed, or nest without end are refused without being quoted', async () => {
  const headers = { 'content-type': 'application/json' }
  for (const body of [
    '{"to": "Zebra',
    'Zebra',
    '[1,2]',
    '"Zebra"',
    `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    '{"__proto__": {"Zebra": 1}}',
    Buffer.from([0x22, 0xff, 0xfe, 0x22]),
  ]) {
    const found = await problem(
      await server.fetch('/v2/faxes', {
        method: 'POST',
        body: typeof body === 'string' ? body : Uint8Array.from(body),
        headers,
      }),
      400,
    )
    assert.match(found.code, /^request\./)
    assert.ok(!JSON.stringify(found).includes('Zebra'))
  }
})

test('a body of another kind is told what to send', async () => {
  const body = new URLSearchParams({ to })
  const found = await problem(await server.fetch('/v2/faxes', { method: 'POST', body }), 415)
  assert.equal(found.code, 'request.unsupported_media_type')
  assert.match(found.detail, /Content-Type: application\/json/)
})

test('a body over the limit is refused before it is read', async () => {
  const small = await server.fetch('/v2/api-keys', json({ name: 'x'.repeat(300_000) }))
  assert.equal((await problem(small, 413)).code, 'request.too_large')
})

test('a file over the limit is refused, and nothing of it stays', async () => {
  const bytes = Buffer.concat([markedPdf(1, 'Big'), Buffer.alloc(5_500_000, 0x20)])
  const response = await server.fetch('/v2/faxes', form([['to', to]], [{ fileName: 'a.pdf', bytes }]))
  assert.equal((await problem(response, 413)).code, 'document.too_large')
  for await (const blob of server.services.blobs.list('documents'))
    assert.fail(`left behind: ${blob.byteLength} bytes`)
})

test('a form with more files than a fax may have is refused, and none stays', async () => {
  const files = Array.from({ length: 21 }, (_, index) => ({
    fileName: 'a.pdf',
    bytes: markedPdf(1, `Many ${index}`),
  }))
  assert.equal(
    (await problem(await server.fetch('/v2/faxes', form([['to', to]], files)), 413)).code,
    'request.too_large',
  )
  for await (const _ of server.services.blobs.list('documents')) assert.fail('a document was left behind')
})

test('a request id of a proxy is kept when it is a plain identifier, and replaced otherwise', async () => {
  const uuid = '0191d5a0-7c5e-7b6e-9c3a-0242ac120002'
  const kept = await server.fetch('/v2/faxes', { headers: { 'x-request-id': uuid } })
  assert.equal(kept.headers.get('x-request-id'), uuid)
  const replaced = await server.fetch('/v2/faxes', { headers: { 'x-request-id': 'Zebra Test 2025550100' } })
  assert.match(replaced.headers.get('x-request-id')!, /^req_/)
})

test('an unknown path and an unknown query field are told apart from missing resources', async () => {
  assert.equal((await problem(await server.fetch('/v2/fxaes'), 404)).code, 'request.not_found')
  assert.equal((await problem(await server.fetch('/v2/faxes/fax_1'), 404)).code, 'fax.not_found')
  const query = await problem(await server.fetch('/v2/faxes?stauts=failed'), 400)
  assert.equal(query.field, 'stauts')
  assert.match(query.detail, /"status"/)
  assert.equal((await problem(await server.fetch('/v2/faxes?status=lost'), 400)).field, 'status')
  assert.equal((await problem(await server.fetch('/v2/faxes?cursor=%27'), 400)).field, 'cursor')
  assert.equal((await problem(await server.fetch('/v2/faxes?limit=1000'), 400)).field, 'limit')
})

test('what was sent stands in no log line and no problem', async () => {
  const canaries = ['Zebra', '2025550142', 'quagga', 'JVBERi0']
  const replies: string[] = []
  for (const init of [
    json({ to: '+12025550142', documents: [{ data: 'quagga-Zebra' }], cover: { subject: 'Zebra' } }),
    json({ to: 'Zebra', documents: [{ url: 'http://quagga.invalid/Zebra' }] }),
    json({ 'Test Patient Zebra': 1 }),
    form([['Zebra', 'quagga']], [{ fileName: 'Zebra quagga.pdf', bytes: Buffer.from('Zebra') }]),
  ]) {
    const response = await server.fetch('/v2/faxes?quagga=Zebra', init)
    replies.push(await response.text())
    assert.ok(response.status >= 400 && response.status < 500, String(response.status))
  }
  const logged = server.services.logText()
  assert.match(logged, /"event":"http.request"/)
  assert.match(logged, /"route":"\/v2\/faxes"/)
  for (const canary of canaries) {
    assert.ok(!logged.includes(canary), `the log holds ${canary}`)
    for (const reply of replies) assert.ok(!reply.includes(canary), reply)
  }
})

test('a caller that asks too often is told when to come back', async () => {
  const slow = await testHttpServer({ web: { rate: { quota: 3, windowSeconds: 60 } } })
  const first = await slow.fetch('/v2/faxes')
  assert.equal(first.headers.get('ratelimit-policy'), '"default";q=3;w=60')
  assert.equal(first.headers.get('ratelimit'), '"default";r=2;t=20')
  await slow.fetch('/v2/faxes')
  await slow.fetch('/v2/faxes')
  const refused = await slow.fetch('/v2/faxes')
  assert.equal((await problem(refused, 429)).code, 'limit.rate')
  assert.equal(refused.headers.get('retry-after'), '20')
  await slow.services.clock.advance(20_000)
  assert.equal((await slow.fetch('/v2/faxes')).status, 200)
})

test('a request that would wait too long behind others of its account is told so, and one that was let in is told over once', async () => {
  const told = { entered: 0, left: 0 }
  const enter = async () => {
    told.entered += 1
    if (told.entered > 1) return undefined
    return () => {
      told.left += 1
    }
  }
  const shared = await testHttpServer({ web: { fairGate: { enter } } })
  assert.equal((await shared.fetch('/v2/faxes')).status, 200)
  assert.deepEqual(told, { entered: 1, left: 1 })
  const refused = await shared.fetch('/v2/faxes')
  const { code, detail } = await problem(refused, 429)
  assert.deepEqual([code, refused.headers.get('retry-after')], ['limit.rate', '1'])
  assert.match(detail, /Other accounts/)
  assert.deepEqual(told, { entered: 2, left: 1 })
})

test('a body refused half read is told without an address that was never there', async () => {
  const refused = await problem(
    await server.fetch('/v2/uploads', {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: JSON.stringify({ data: 'x'.repeat(100_000) }),
    }),
    422,
  )
  assert.equal(refused.code, 'document.unsupported_type')
  assert.match(refused.docUrl, /^(?:http:\/\/127\.0\.0\.1:\d+)?\/docs\/errors#/)
})
