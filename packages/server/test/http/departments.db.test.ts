import assert from 'node:assert/strict'
import { test } from 'node:test'
import { json, testHttpServer } from '../support/http.ts'
import { ID_FIELDS } from '../support/id-fields.ts'
import { signedIn } from '../support/people.ts'

const server = await testHttpServer()
const { store } = server.services

async function mailboxOf(department: string | null): Promise<string> {
  const body = { name: `Box ${department}`, owner: 'zebra', department }
  return (await (await server.fetch('/v2/mailboxes', json(body))).json()).id
}

async function received(mailboxId: string): Promise<string> {
  const call = await server.fetch('/v2/test/inbound', json({ to: '+12025550150' }))
  const { id } = await call.json()
  assert.equal(call.status, 201)
  await server.fetch(`/v2/inbound/${id}/assign`, json({ mailboxId }))
  return id
}

const [radiology, cardiology, general] = await Promise.all(['Radiology', 'Cardiology', null].map(mailboxOf))
await server.fetch('/v2/numbers', json({ number: '+12025550150' }))
const [own, foreign, nobodys] = [
  await received(radiology!),
  await received(cardiology!),
  await received(general!),
]
const { browser } = await signedIn(server, server.scope, 'clinician', { departments: ['Radiology'] })

test('lists hold what lies in one’s own departments, and nothing else', async () => {
  const ids = async (path: string) =>
    (await (await browser.get(path)).json()).data.map(({ id }: { id: string }) => id)
  assert.deepEqual(await ids('/v2/inbound'), [own])
  assert.deepEqual(await ids('/v2/mailboxes'), [radiology])
  const elsewhere = [cardiology, 'mbx_none'].map(async (id) => {
    const reply = await browser.get(`/v2/inbound?mailboxId=${id}`)
    const { requestId: _, ...problem } = await reply.json()
    return problem
  })
  const [others, none] = await Promise.all(elsewhere)
  assert.equal(others.field, 'mailboxId')
  assert.deepEqual(others, none, 'a mailbox of another department is as good as none')
  const all = await signedIn(server, server.scope, 'clinician')
  const { data } = await (await all.browser.get('/v2/inbound')).json()
  assert.equal(data.length, 3)
})

const BODIES: Record<string, object> = {
  assign: { assignee: 'zebra' },
  mark: { mark: 'in_review' },
  link: { patient: null },
  notes: { text: 'A note' },
  split: { parts: [{ pages: '1' }, { pages: '2' }] },
  forward: { to: '+12025550100' },
}

test('every route that takes the id of a received fax or of a mailbox answers 404 for another department’s', async () => {
  const taking = server.app.routeTable
    .flatMap(({ method, url }) => [method].flat().map((each) => ({ method: String(each), url })))
    .filter(({ method, url }) => method !== 'HEAD' && /^\/v2\/(?:inbound|mailboxes)\/:id/.test(url))
    // Rights that no one who is held to departments has.
    .filter(({ method, url }) => !/^(?:PATCH|DELETE) /.test(`${method} ${url}`))
  assert.ok(taking.length >= 9, `${taking.length}`)
  for (const { method, url } of taking) {
    for (const [mine, theirs] of url.includes('inbound')
      ? [
          [own, foreign],
          [own, nobodys],
        ]
      : [
          [radiology, cardiology],
          [radiology, general],
        ]) {
      const body = method === 'GET' ? undefined : (BODIES[url.split('/').at(-1)!] ?? {})
      const there = await browser.ask(method, url.replace(':id', theirs!), body)
      assert.equal(there.status, 404, `${method} ${url}: ${JSON.stringify(await there.json())}`)
      if (method === 'GET') assert.notEqual((await browser.get(url.replace(':id', mine!))).status, 404, url)
    }
  }
})

test('wherever else an id of either may be put, another department’s is as good as none', async () => {
  const kinds: Readonly<Record<string, { readonly own: string; readonly foreign: string }>> = {
    '/v2/inbound': { own, foreign },
    '/v2/mailboxes': { own: radiology!, foreign: cardiology! },
  }
  const nobodys = (id: string) => id.slice(0, -1) + (id.at(-1) === '0' ? '1' : '0')
  let probes = 0
  for (const [field, { kind, body, query }] of Object.entries(ID_FIELDS)) {
    const ids = kinds[kind]
    const [method = '', path = ''] = field.split(' ')
    if (!ids) continue
    const at = path
      .replace('/inbound/{id}', `/inbound/${own}`)
      .replace('/mailboxes/{id}', `/mailboxes/${radiology}`)
    const told = async (id: string) => {
      const given = body?.(id, { '/v2/inbound': { id: own, mode: 'test' } })
      const reply = await browser.ask(method, at + (query?.(id) ?? ''), given)
      const text = (await reply.text()).replace(/req_[0-9a-z]{26}/g, 'req_x').replaceAll(id, 'ID')
      return { status: reply.status, text }
    }
    assert.deepEqual(await told(ids.foreign), await told(nobodys(ids.foreign)), field)
    probes += 1
  }
  assert.ok(probes >= 10, `${probes}`)
})

test('a fax goes to another department only by way of one’s own, and is out of sight then', async () => {
  const refused = await browser.post(`/v2/inbound/${own}/assign`, { mailboxId: cardiology })
  const unknown = await browser.post(`/v2/inbound/${own}/assign`, { mailboxId: 'mbx_none' })
  const told = async (reply: typeof refused) => ({ ...(await reply.json()), requestId: '' })
  assert.equal(refused.status, 400)
  assert.deepEqual(await told(refused), await told(unknown), 'a mailbox of another department is none')
  const merged = await browser.post('/v2/inbound/merge', { ids: [own, foreign] })
  assert.equal(merged.status, 404)
})

test('what a person sets going is the account’s: no job and no event knows of departments', async () => {
  await browser.post(`/v2/inbound/${own}/mark`, { mark: 'in_review' })
  await server.services.runDue()
  await server.services.settle()
  const events = await store.asAccount(server.scope, (tx) => tx.events.list(undefined, 500))
  assert.ok(events.some(({ type }) => type === 'inbound.marked'))
  assert.doesNotMatch(JSON.stringify(events), /Radiology/)
})
