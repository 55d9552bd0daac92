import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CLAUSE_NAMES } from '../../src/domain/associates/associate.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { NO_TIES } from '../support/associates.ts'
import { form, json, type Reply, testHttpServer } from '../support/http.ts'
import { markedPdf } from '../support/marked-pages.ts'
import { addTrunk } from '../support/trunk-line.ts'

const server = await testHttpServer()
const live: Scope = { ...server.scope, mode: 'live' }
const key = await server.makeKey(live)
const headers = { authorization: `Bearer ${key}` }
const trunkId = await addTrunk(server.services, live, { name: 'Carrier' })

const NEW = { name: 'Example Telecom', kind: 'carrier', contact: 'privacy@clinic.example' }
const AGREEMENT = { signedOn: '2026-01-01', effectiveOn: '2026-01-02', scope: 'SIP trunk' }

interface Associate {
  readonly id: string
  readonly cover: string | null
  readonly coveredUntil: string | null
  readonly endedAt: string | null
  readonly ties: object
  readonly exception: { readonly reason: string; readonly by: string } | null
  readonly agreements: readonly {
    readonly id: string
    readonly isCurrent: boolean
    readonly scope: string
    readonly clauses: object
    readonly openClauses: readonly string[]
  }[]
}

async function of(reply: Reply, status: number): Promise<Associate> {
  assert.equal(reply.status, status)
  return (await reply.json()) as unknown as Associate
}

const call = (path: string, method = 'GET', body?: unknown) =>
  server.fetch(path, body === undefined ? { method, headers } : { ...json(body, headers), method })

test('an associate is made, changed, put under an agreement with its document, and ended', async () => {
  const made = await of(await call('/v2/associates', 'POST', { ...NEW, ties: { trunkIds: [trunkId] } }), 201)
  assert.deepEqual(made.ties, { ...NO_TIES, trunkIds: [trunkId] })
  assert.equal(made.cover, null)
  const path = `/v2/associates/${made.id}`
  const exception = { reason: 'A conduit', until: '2026-06-30' }
  const excepted = await of(await call(path, 'PATCH', { exception }), 200)
  assert.equal(excepted.cover, 'exception')
  assert.equal(excepted.coveredUntil, '2026-06-30')
  assert.equal(excepted.exception?.reason, 'A conduit')

  const bytes = markedPdf(1, 'Agreement with Zebra')
  const upload = await server.fetch('/v2/uploads', form([], [{ fileName: 'baa.pdf', bytes }], headers))
  const { id: documentId } = await upload.json()
  const clauses = { permitted_uses: { answer: 'yes', note: 'Page 2' } }
  const body = { ...AGREEMENT, documentId, clauses, expiresOn: '2027-01-01' }
  const agreed = await of(await call(`${path}/agreements`, 'POST', body), 201)
  assert.equal(agreed.cover, 'agreement')
  assert.equal(agreed.coveredUntil, '2027-01-01')
  const [agreement] = agreed.agreements
  assert.deepEqual(agreement?.clauses, clauses)
  assert.equal(agreement?.openClauses.length, CLAUSE_NAMES.length - 1)

  const document = await call(`${path}/agreements/${agreement!.id}/document`)
  assert.equal(document.headers.get('content-type'), 'application/pdf', await document.clone().text())
  assert.deepEqual(Buffer.from(await document.arrayBuffer()), Buffer.from(bytes))
  const { status } = await call(`/v2/uploads/${documentId}`, 'DELETE')
  assert.equal(status, 409)

  const ended = await of(await call(`${path}/end`, 'POST'), 200)
  assert.equal(ended.cover, null)
  assert.ok(ended.endedAt)
  assert.equal(ended.agreements.length, 1)
  for (const [method, at] of [
    ['PATCH', path],
    ['POST', `${path}/end`],
  ] as const) {
    assert.equal(
      (await (await call(at, method, method === 'PATCH' ? {} : undefined)).json()).code,
      'associate.ended',
    )
  }
  const { data } = await (await call('/v2/associates')).json()
  assert.ok(data.some(({ id }) => id === made.id))
})

test('what does not fit is refused with its field, and nothing is kept', async () => {
  const made = await of(await call('/v2/associates', 'POST', NEW), 201)
  const before = await (await call('/v2/associates')).json()
  const refused = async (path: string, method: string, body: unknown, code: string, field?: string) => {
    const problem = await (await call(path, method, body)).json()
    assert.deepEqual([problem.code, problem.field], [code, field], JSON.stringify(body))
  }
  const create = (more: object, code: string, field?: string) =>
    refused('/v2/associates', 'POST', { ...NEW, ...more }, code, field)
  await create({ ties: { trunkIds: ['trk_zebra'] } }, 'associate.invalid', 'ties.trunkIds')
  await create({ ties: { providerIds: ['prv_zebra'] } }, 'associate.invalid', 'ties.providerIds')
  await create({ exception: { reason: 'x', until: '2026-02-30' } }, 'associate.invalid', 'exception.until')
  await create({ exception: { reason: 'x', until: '2020-01-31' } }, 'associate.invalid', 'exception.until')
  const path = `/v2/associates/${made.id}/agreements`
  const add = (more: object, code: string, field?: string) =>
    refused(path, 'POST', { ...AGREEMENT, ...more }, code, field)
  await add({ signedOn: '2099-01-01' }, 'associate.invalid', 'signedOn')
  await add({ expiresOn: '2025-12-31' }, 'associate.invalid', 'expiresOn')
  await add({ effectiveOn: '2026-13-01' }, 'associate.invalid', 'effectiveOn')
  await add({ documentId: 'doc_zebra' }, 'document.not_found', 'documentId')
  assert.deepEqual(await (await call('/v2/associates')).json(), before)
})

test('a test key has no associates, and a stranger sees none of ours', async () => {
  const made = await of(await call('/v2/associates', 'POST', NEW), 201)
  const problem = await (await server.fetch('/v2/associates', json(NEW))).json()
  assert.equal(problem.code, 'associate.test_key')
  const strange = await server.makeKey({ ...(await server.services.addAccount()), mode: 'live' })
  const as = { headers: { authorization: `Bearer ${strange}` } }
  assert.deepEqual((await (await server.fetch('/v2/associates', as)).json()).data, [])
  assert.equal((await server.fetch(`/v2/associates/${made.id}`, as)).status, 404)
})

test('what people write is sealed, and stands neither in the audit nor in the log', async () => {
  const reason = 'Because Test Patient Zebra said so'
  const made = await of(
    await call('/v2/associates', 'POST', { ...NEW, exception: { reason, until: '2026-12-31' } }),
    201,
  )
  const note = 'Zebra clause'
  const clauses = { termination: { answer: 'no', note } }
  await call(`/v2/associates/${made.id}/agreements`, 'POST', { ...AGREEMENT, scope: 'Zebra scope', clauses })
  const seen = await server.services.store.asAccount(live, async (tx) => ({
    audit: await tx.audit.list({ subjectId: made.id, limit: 50 }),
    row: await tx.associates.get(made.id),
  }))
  const { exceptionReasonSealed, ...row } = seen.row!
  assert.ok(exceptionReasonSealed)
  assert.doesNotMatch(JSON.stringify([seen.audit, row]), /Zebra/)
  assert.doesNotMatch(server.services.logText(), /Zebra/)
})

test('any JSON is kept or refused as the caller’s affair', async () => {
  const made = await of(await call('/v2/associates', 'POST', NEW), 201)
  const text = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('2026-01-01', '\u0000', 'trk_1', '💥'))
  const value = fc.oneof(text, fc.integer(), fc.constant(null), fc.array(text, { maxLength: 3 }))
  const body = fc.dictionary(
    fc.constantFrom('signedOn', 'effectiveOn', 'expiresOn', 'scope', 'clauses', 'documentId', 'x'),
    value,
  )
  await fc.assert(
    fc.asyncProperty(body, async (fields) => {
      const { status } = await call(`/v2/associates/${made.id}/agreements`, 'POST', {
        ...AGREEMENT,
        ...fields,
      })
      assert.ok(status === 201 || (status >= 400 && status < 500), `${status}`)
    }),
    { numRuns: 40 },
  )
})
