import assert from 'node:assert/strict'
import { test } from 'node:test'
import { form, json, type Reply, testHttpServer } from '../support/http.ts'
import { markedPdf } from '../support/marked-pages.ts'

const server = await testHttpServer()
const pdf = markedPdf(2, 'Test Patient Zebra')
const base64 = Buffer.from(pdf).toString('base64')

async function accepted(response: Reply) {
  const body = await response.json()
  assert.equal(response.status, 202, JSON.stringify(body))
  return body
}

test('a form with a PDF becomes a fax that is delivered and tells its pages, attempts and events', async () => {
  const sent = await accepted(
    await server.fetch(
      '/v2/faxes',
      form(
        [
          ['to', '+1 (202) 555-0100'],
          ['tags', 'cardiology'],
          ['tags', 'urgent'],
          ['priority', '7'],
          ['cover.subject', 'Referral'],
          ['clientReference', 'order-7'],
          ['allowDuplicate', 'true'],
        ],
        [{ fileName: 'referral.pdf', bytes: pdf }],
      ),
    ),
  )
  assert.match(sent.id, /^fax_[0-9a-z]{26}$/)
  assert.equal(sent.status, 'queued')
  await server.services.runFor(60_000)
  const fax = await (await server.fetch(sent.links.self)).json()
  assert.equal(fax.status, 'delivered')
  assert.equal(fax.to, '+12025550100')
  assert.equal(fax.livemode, false)
  assert.equal(fax.priority, 7)
  assert.deepEqual(fax.tags, ['cardiology', 'urgent'])
  assert.equal(fax.clientReference, 'order-7')
  assert.equal(fax.pagesConfirmed, fax.pageCount)
  assert.equal(fax.pages.length, fax.pageCount)
  assert.equal(fax.nextAttemptAt, null)
  assert.equal(fax.message, 'Every page was confirmed by the receiving machine.')
  const attempts = await (await server.fetch(`${sent.links.self}/attempts?include=frames`)).json()
  assert.equal(attempts.data.length, 1)
  assert.equal(attempts.data[0]!.disposition, 'delivered')
  assert.equal(attempts.data[0]!.journal[0]!.kind, 'dialing')
  const events = await (await server.fetch(`${sent.links.self}/events`)).json()
  assert.deepEqual(
    events.data.map((event) => event.sequence),
    events.data.map((_, index) => index + 1),
  )
  assert.equal(events.data.at(-1)!.type, 'fax.delivered')
})

test('whose papers they are and why they go is taken from a form as from JSON; a purpose that is none is refused by its field', async () => {
  const asked = [
    form(
      [
        ['to', '+13035550100'],
        ['patient.id', '000123'],
        ['patient.display', 'Test Patient Zebra'],
        ['purpose', 'HPAYMT'],
      ],
      [{ fileName: 'bill.pdf', bytes: pdf }],
    ),
    json({
      to: '+14045550100',
      documents: [{ data: base64 }],
      patient: { id: '000123', display: 'Test Patient Zebra' },
      purpose: 'HPAYMT',
    }),
  ]
  for (const request of asked) {
    const { id } = await accepted(await server.fetch('/v2/faxes', request))
    const { patient, purpose } = JSON.parse(await (await server.fetch(`/v2/faxes/${id}`)).text())
    assert.deepEqual([patient, purpose], [{ id: '000123', display: 'Test Patient Zebra' }, 'HPAYMT'])
  }
  for (const [said, field] of [
    [{ purpose: 'zebra' }, 'purpose'],
    [{ patient: { display: 'zebra' } }, 'patient.id'],
    [{ patient: { id: '' } }, 'patient.id'],
    [{ patient: { id: 'x'.repeat(201) } }, 'patient.id'],
  ] as const) {
    const refused = await server.fetch(
      '/v2/faxes',
      json({ to: '+15055550100', cover: { subject: 'x' }, ...said }),
    )
    const problem = await refused.json()
    assert.deepEqual([refused.status, problem.field], [400, field])
    assert.doesNotMatch(JSON.stringify(problem), /zebra/)
  }
})

test('the same request in JSON, with base64 and a page selection, is accepted', async () => {
  const sent = await accepted(
    await server.fetch(
      '/v2/faxes',
      json({
        to: '+12025550101',
        documents: [{ data: `data:application/pdf;base64,${base64}`, fileName: 'a.pdf', pages: ['1'] }],
      }),
    ),
  )
  const fax = await (await server.fetch(sent.links.self)).json()
  assert.equal(fax.to, '+12025550101')
  assert.equal(fax.jobId, sent.jobId)
})

test('an upload is sent by its id, and cannot be deleted any more', async () => {
  const uploaded = await server.fetch(
    '/v2/uploads',
    form([], [{ fileName: 'b.pdf', bytes: markedPdf(3, 'Upload') }]),
  )
  const upload = await uploaded.json()
  assert.equal(uploaded.status, 201, JSON.stringify(upload))
  assert.equal(upload.pageCount, 3)
  assert.equal(upload.mediaType, 'application/pdf')
  assert.match(upload.sha256, /^[0-9a-f]{64}$/)
  await accepted(
    await server.fetch('/v2/faxes', json({ to: '+12025550100', documents: [{ upload: upload.id }] })),
  )
  const deletion = await server.fetch(`/v2/uploads/${upload.id}`, { method: 'DELETE' })
  assert.equal(deletion.status, 409)
  assert.equal((await deletion.json()).code, 'document.in_use')
})

test('a raw body is an upload too, with an estimate when asked for one, and can be deleted', async () => {
  const response = await server.fetch('/v2/uploads?estimate=true', {
    method: 'POST',
    body: Uint8Array.from(markedPdf(2, 'Raw')),
  })
  const upload = await response.json()
  assert.equal(response.status, 201, JSON.stringify(upload))
  assert.equal(upload.estimate.pageCount, 2)
  assert.equal(upload.estimate.pages.length, 2)
  assert.ok(upload.estimate.estimatedSeconds > 0)
  const read = await (await server.fetch(`/v2/uploads/${upload.id}`)).json()
  assert.equal(read.sha256, upload.sha256)
  assert.equal((await server.fetch(`/v2/uploads/${upload.id}`, { method: 'DELETE' })).status, 204)
  assert.equal((await server.fetch(`/v2/uploads/${upload.id}`)).status, 404)
})

test('an estimate takes the request of a fax and makes none', async () => {
  const before = await (await server.fetch('/v2/faxes?limit=100')).json()
  const response = await server.fetch(
    '/v2/estimates',
    json({ to: '+12025550100', documents: [{ data: base64 }] }),
  )
  const estimate = await response.json()
  assert.equal(response.status, 200, JSON.stringify(estimate))
  assert.equal(estimate.pageCount, 2)
  const after = await (await server.fetch('/v2/faxes?limit=100')).json()
  assert.equal(after.data.length, before.data.length)
})

test('a list is paged newest first without gaps or doubles, and filtered', async () => {
  const ids: string[] = []
  for (let index = 0; index < 5; index++) {
    const bytes = markedPdf(1, `List ${index}`)
    const fields: [string, string][] = [
      ['to', '+13125550100'],
      ['tags', index % 2 ? 'odd' : 'even'],
    ]
    ids.unshift(
      (await accepted(await server.fetch('/v2/faxes', form(fields, [{ fileName: 'c.pdf', bytes }])))).id,
    )
    await server.services.clock.advance(10)
  }
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`
    const page = await (await server.fetch(`/v2/faxes?number=%2B13125550100&limit=2${query}`)).json()
    seen.push(...page.data.map((fax) => fax.id))
    cursor = page.nextCursor
  } while (cursor !== null)
  assert.deepEqual(seen, ids)
  const odd = await (await server.fetch('/v2/faxes?tag=odd&status=queued,delivered')).json()
  assert.equal(odd.data.length, 2)
  const none = await (await server.fetch('/v2/faxes?tag=odd&status=failed')).json()
  assert.deepEqual(none, { data: [], nextCursor: null })
})

test('a fax that is scheduled can be canceled, and an ended one resent', async () => {
  const sendAt = new Date(server.services.clock.now() + 3_600_000).toISOString()
  const bytes = markedPdf(1, 'Scheduled')
  const sent = await accepted(
    await server.fetch(
      '/v2/faxes',
      form(
        [
          ['to', '+12025550100'],
          ['sendAt', sendAt],
        ],
        [{ fileName: 'd.pdf', bytes }],
      ),
    ),
  )
  assert.equal(sent.status, 'scheduled')
  const canceled = await server.fetch(`${sent.links.self}/cancel`, { method: 'POST' })
  assert.equal(canceled.status, 200)
  await server.services.runDue()
  const fax = await (await server.fetch(sent.links.self)).json()
  assert.equal(fax.status, 'canceled')
  const resent = await accepted(await server.fetch(`${sent.links.self}/resend`, { method: 'POST' }))
  const again = await (await server.fetch(resent.links.self)).json()
  assert.equal(again.resendOf, sent.id)
})

test('the pages come back as PDF, TIFF and PNG, and each reading is audited', async () => {
  const bytes = markedPdf(2, 'Content')
  const sent = await accepted(
    await server.fetch('/v2/faxes', form([['to', '+12025550100']], [{ fileName: 'e.pdf', bytes }])),
  )
  const early = await server.fetch(`${sent.links.self}/content`)
  assert.equal(early.status, 409)
  assert.equal(early.headers.get('retry-after'), '1')
  await server.services.runFor(60_000)
  const magic = { pdf: '%PDF', tiff: 'II*\0', png: '\x89PNG' }
  for (const [format, start] of Object.entries(magic)) {
    const response = await server.fetch(`${sent.links.self}/content?format=${format}`)
    assert.equal(response.status, 200)
    const body = Buffer.from(await response.arrayBuffer())
    assert.equal(body.subarray(0, 4).toString('latin1'), start)
    assert.equal(response.headers.get('cache-control'), 'private, no-store')
  }
  assert.equal((await server.fetch(`${sent.links.self}/content?page=2&thumb=s`)).status, 200)
  assert.equal((await server.fetch(`${sent.links.self}/content?page=3&format=png`)).status, 400)
  const audit = await server.services.store.asAccount(server.scope, (tx) =>
    tx.audit.list({ subjectId: sent.id, limit: 50 }),
  )
  assert.equal(audit.filter((entry) => entry.action === 'fax.content.read').length, 4)
})
