import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { indexWords } from '../../src/application/receiving/search-words.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { receiveDistinct } from '../support/distinct-pages.ts'
import { ask, json, type Reply, type ReplyBody, testHttpServer } from '../support/http.ts'

const server = await testHttpServer()
const { services, scope } = server
const writer = await server.makeKey(scope, { scopes: ['inbound:write', 'inbound:read'] })

type Body = ReplyBody & Readonly<Record<string, unknown>>

const post = (path: string, body: unknown, key = server.key, headers: Record<string, string> = {}) =>
  ask(`${server.url}${path}`, json(body, { authorization: `Bearer ${key}`, ...headers }))
const get = (path: string, key = server.key) =>
  ask(`${server.url}${path}`, { headers: { authorization: `Bearer ${key}` } })
const bodyOf = async (reply: Promise<Reply>, status = 200): Promise<Body> => {
  const answer = await reply
  const text = await answer.text()
  assert.equal(answer.status, status, text)
  return JSON.parse(text)
}
const receive = (pages = 1, of: Scope = scope) => receiveDistinct(services, of, pages)

test('each action answers the fax as it is then', async () => {
  const id = await receive()
  const assigned = await bodyOf(post(`/v2/inbound/${id}/assign`, { assignee: 'okapi@clinic.example' }))
  assert.deepEqual(
    [assigned.assignee, assigned.owner, assigned.mark],
    ['okapi@clinic.example', 'okapi@clinic.example', 'new'],
  )
  const marked = await bodyOf(post(`/v2/inbound/${id}/mark`, { mark: 'spam', reason: 'Advertisement' }))
  assert.deepEqual([marked.mark, marked.spamReason, marked.dueAt], ['spam', 'Advertisement', null])
  const patient = { id: 'MRN-000000', display: 'Test Patient Zebra' }
  const linked = await bodyOf(post(`/v2/inbound/${id}/link`, { patient }))
  assert.deepEqual(linked.patient, patient)
  const note = await bodyOf(post(`/v2/inbound/${id}/notes`, { text: 'Called the sender.' }), 201)
  assert.deepEqual((await bodyOf(get(`/v2/inbound/${id}/notes`))).data, [note])
  assert.equal((await bodyOf(get(`/v2/inbound/${id}`))).noteCount, 1)
})

test('a key that may act and not read content learns no number, no patient and no note', async () => {
  const id = await receive()
  await post(`/v2/inbound/${id}/notes`, { text: 'About Test Patient Zebra' })
  const reply = await post(
    `/v2/inbound/${id}/link`,
    { patient: { id: 'MRN-000000', display: 'Zebra' } },
    writer,
  )
  const text = await reply.text()
  assert.equal(reply.status, 200)
  assert.doesNotMatch(text, /Zebra|MRN-000000|2025550170/)
  assert.equal((await get(`/v2/inbound/${id}/notes`, writer)).status, 403)
  assert.equal((await post(`/v2/inbound/${id}/forward`, { to: '+12025550100' }, writer)).status, 403)
})

test('split, merge, notes and forward are done once for an Idempotency-Key', async () => {
  const [id, other] = [await receive(3), await receive(1)]
  const once = { 'idempotency-key': 'once-split' }
  const body = { parts: [{ pages: '1' }, { pages: '2-3' }] }
  const split = await bodyOf(post(`/v2/inbound/${id}/split`, body, server.key, once), 201)
  const again = await bodyOf(post(`/v2/inbound/${id}/split`, body, server.key, once), 201)
  const idsOf = (reply: Body) => reply.data.map((each) => each.id)
  assert.deepEqual(idsOf(again), idsOf(split))
  assert.match(`${again.data[0]!.from}`, /^\+1•+71$/, 'what is kept of a reply tells no numbers')
  assert.equal((await bodyOf(post(`/v2/inbound/${id}/split`, body), 409)).code, 'inbound.superseded')
  const ids = [split.data[1]!.id, other]
  const merged = await bodyOf(post('/v2/inbound/merge', { ids }), 201)
  assert.deepEqual([merged.data[0]!.pageCount, (merged.data[0] as Body).originIds], [3, ids])
  const forwardKey = { 'idempotency-key': 'once-forward' }
  const to = { to: '+12025550100' }
  const path = `/v2/inbound/${merged.data[0]!.id}/forward`
  const fax = await bodyOf(post(path, to, server.key, forwardKey), 202)
  assert.deepEqual(await bodyOf(post(path, to, server.key, forwardKey), 202), fax)
  assert.equal((await bodyOf(get('/v2/faxes'))).data.filter((each) => each.id === fax.id).length, 1)
})

test('what makes no sense is refused with the field that is wrong', async () => {
  const id = await receive(2)
  const foreign = await receive(1, await services.addAccount())
  const cases: readonly (readonly [
    path: string,
    body: unknown,
    status: number,
    field: string | undefined,
  ])[] = [
    [`${id}/assign`, {}, 400, 'assignee'],
    [`${id}/assign`, { assignee: '' }, 400, 'assignee'],
    [`${id}/assign`, { assignee: ' ' }, 400, 'assignee'],
    [`${id}/assign`, { assignee: 'a\nb' }, 400, 'assignee'],
    [`${id}/assign`, { assignee: 'x'.repeat(201) }, 400, 'assignee'],
    [`${id}/assign`, { mailboxId: 'mbx_nobody' }, 400, 'mailboxId'],
    [`${id}/mark`, { mark: 'read' }, 400, 'mark'],
    [`${id}/mark`, {}, 400, 'mark'],
    [`${id}/mark`, { mark: 'done', reason: 'x' }, 400, 'reason'],
    [`${id}/notes`, { text: '' }, 400, 'text'],
    [`${id}/notes`, { text: ' \n' }, 400, 'text'],
    [`${id}/notes`, { text: 'x'.repeat(4001) }, 400, 'text'],
    [`${id}/link`, {}, 400, 'patient'],
    [`${id}/link`, { patient: { id: '' } }, 400, 'patient.id'],
    [`${id}/link`, { patient: { id: 'x', name: 'y' } }, 400, 'patient.name'],
    [`${id}/link`, { replyTo: 'fax_nobody' }, 404, 'replyTo'],
    [`${id}/split`, { parts: [{ pages: '1-2' }] }, 400, 'parts'],
    [`${id}/split`, { parts: [{ pages: '1' }, { pages: '1-2' }] }, 400, 'parts[1].pages'],
    [`${id}/split`, { parts: [{ pages: '1' }, { pages: '3' }] }, 400, 'parts[1].pages'],
    [`${id}/forward`, { to: 'nowhere' }, 422, 'to'],
    [`${id}/forward`, { to: '+12025550100', pages: ['3'] }, 422, 'pages'],
    [`${id}/forward`, { to: '+12025550100', pages: [] }, 400, 'pages'],
    ['merge', { ids: [id] }, 400, 'ids'],
    ['merge', { ids: [id, id] }, 400, 'ids[1]'],
    ['merge', { ids: [id, foreign] }, 404, 'ids[1]'],
  ]
  for (const [path, body, status, field] of cases) {
    const problem = await bodyOf(post(`/v2/inbound/${path}`, body), status)
    assert.deepEqual(
      [problem.field, problem.fix.length > 0],
      [field, true],
      `${path} ${JSON.stringify(body)}`,
    )
  }
  assert.equal((await bodyOf(get(`/v2/inbound/${id}`))).mark, 'new')
})

test('lists refuse filters that cannot be one, and take all of them at once', async () => {
  for (const [query, field] of [
    ['status=lost', 'status'],
    ['mark=new,read', 'mark'],
    ['priority=high', 'priority'],
    ['overdue=yes', 'overdue'],
    ['reply=maybe', 'reply'],
    ['startedAfter=yesterday', 'startedAfter'],
    ['q=', 'q'],
    ['q=the', 'q'],
    [`q=${'x'.repeat(401)}`, 'q'],
    ['cursor=inb_1', 'cursor'],
    ['limit=101', 'limit'],
    ['mailboxId=mbx_none', 'mailboxId'],
  ] as const) {
    assert.equal((await bodyOf(get(`/v2/inbound?${query}`), 400)).field, field, query)
  }
  for (const field of ['number', 'from']) {
    assert.equal((await bodyOf(get(`/v2/inbound?${field}=nobody`), 422)).field, field)
  }
  const all =
    'status=received,failed&number=%2B12025550170&from=%2B12025550171&numberId=num_1&assignee=none' +
    '&mark=new,done&priority=normal&overdue=true&reply=false&duplicate=false&startedAfter=2020-01-01T00:00:00Z' +
    '&startedBefore=2030-01-01T00:00:00Z&q=zebra%20okapi&limit=5&cursor=inb_01kdz7m5r0f1e2d3c4b5a69788'
  const [{ id: inbox } = { id: '' }] = (await bodyOf(get('/v2/mailboxes'))).data
  assert.deepEqual((await bodyOf(get(`/v2/inbound?${all}&mailboxId=${inbox}`))).data, [])
  const { data } = await bodyOf(get('/v2/inbound?mark=new&reply=false&limit=1'))
  assert.equal(data.length, 1)
})

test('a search may go in the body, and only readers of content may search', async () => {
  const id = await receive()
  await services.store.asAccount(scope, (tx) => indexWords(services, tx, id, ['Test Patient Zebra']))
  for (const reply of [
    get('/v2/inbound?q=zebra'),
    post('/v2/inbound/search', { q: 'zebra', mark: 'new', limit: 5 }),
  ]) {
    assert.deepEqual(
      (await bodyOf(reply)).data.map((each) => each.id),
      [id],
    )
  }
  assert.deepEqual((await bodyOf(post('/v2/inbound/search', { q: 'zebra', overdue: true }))).data, [])
  for (const reply of [
    get('/v2/inbound?q=zebra', writer),
    post('/v2/inbound/search', { q: 'zebra' }, writer),
  ]) {
    assert.equal((await bodyOf(reply, 403)).code, 'auth.forbidden')
  }
  assert.equal((await bodyOf(post('/v2/inbound/search', { mark: 'new', limit: 1 }, writer))).data.length, 1)
  assert.doesNotMatch(services.logText(), /zebra/i)
})

test('the character U+0000, which the database cannot hold, is a mistake of the caller wherever it stands', async () => {
  const id = await receive(2)
  for (const query of ['assignee=%00', 'mailboxId=%00', 'numberId=a%00b', 'number=%00', 'q=%00']) {
    const { status } = await get(`/v2/inbound?${query}`)
    assert.ok(status === 400 || status === 422, `${query}: ${status}`)
  }
  assert.equal((await get('/v2/inbound/%00')).status, 400)
  for (const [action, body] of [
    ['assign', { assignee: 'a\0b' }],
    ['assign', { mailboxId: '\0' }],
    ['mark', { mark: 'spam', reason: 'a\0b' }],
    ['link', { replyTo: '\0' }],
    ['../merge', { ids: ['\0', 'b'] }],
  ] as const) {
    assert.equal((await post(`/v2/inbound/${id}/${action}`, body)).status, 400, action)
  }
  assert.equal((await bodyOf(get(`/v2/inbound/${id}`))).mark, 'new')
})

test('looking at a fax, its notes and its pages are entries of the audit', async () => {
  const id = await receive()
  for (const path of ['', '/notes', '/content', '?include=frames']) await get(`/v2/inbound/${id}${path}`)
  await get('/v2/inbound')
  const audit = await services.store.asAccount(scope, (tx) => tx.audit.list({ subjectId: id, limit: 100 }))
  const seen = audit.map(({ action }) => action).filter((action) => action.includes('read'))
  assert.deepEqual(seen, ['inbound.read', 'inbound.notes.read', 'inbound.content.read', 'inbound.read'])
})

test('whatever is sent to an action, it is done or refused as a mistake of the caller', async () => {
  const id = await receive(2)
  const names = [
    'assignee',
    'mailboxId',
    'mark',
    'reason',
    'text',
    'parts',
    'ids',
    'to',
    'pages',
    'patient',
    'replyTo',
  ]
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(id, 'new', 'spam', '1', '+12025550100', null, [{ pages: '1' }, { pages: '2' }]),
    fc.string({ unit: 'binary' }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('assign', 'mark', 'notes', 'link', 'split', 'forward', '../merge'),
      fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 }),
      async (action, body) => {
        const reply = await post(`/v2/inbound/${id}/${action}`, body)
        assert.ok(reply.status < 500, `${action} ${JSON.stringify(body)}: ${reply.status}`)
      },
    ),
    { numRuns: 150 },
  )
})
