import assert from 'node:assert/strict'
import { test } from 'node:test'
import { updateAccount } from '../../src/application/account/update-account.ts'
import { shredFax } from '../../src/application/retention/shred.ts'
import type { NumberRow } from '../../src/ports/store/number-store.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { testIFaxServer } from '../support/ifax-server.ts'
import { beginFax, CALLER, markFax, ownNumber, receiveFax } from '../support/received-faxes.ts'
import { ACTOR } from '../support/services.ts'

const server = await testIFaxServer()
const { call, services } = server
const LIST = '/v1/customer/inbound/fax-list'
const ALL = '/v1/customer/inbound/fax-list-all'
const DOWNLOAD = '/v1/customer/inbound/fax-download'

interface Clinic {
  readonly scope: Scope
  readonly number: NumberRow
  readonly names: { readonly numberId: string; readonly orderId: string }
  ask(path: string, body?: object): ReturnType<typeof call>
  /** `jobId`s of a list that must succeed. */
  jobs(path: string, body?: object): Promise<number[]>
}

let clinics = 0

/** An account with a number of its own. */
async function clinic(): Promise<Clinic> {
  const scope = await services.addAccount()
  clinics += 1
  const number = await ownNumber(services, scope, `+1202555${String(1000 + clinics)}`)
  const accessToken = await server.makeKey(scope)
  const ask = (path: string, body: object = {}) => call(path, body, { accessToken })
  return {
    scope,
    number,
    names: { numberId: String(number.numberId), orderId: number.orderId },
    ask,
    async jobs(path, body) {
      const reply = await ask(path, body)
      assert.equal(reply.status, 1, JSON.stringify(reply))
      return reply.data.map(({ jobId }: { jobId: number }) => jobId)
    },
  }
}

const american = (time: number) => {
  const [year, month, day] = new Date(time).toISOString().slice(0, 10).split('-')
  return `${month}/${day}/${year}`
}

test('a row has iFax’s fields, ids as JSON numbers where iFax has numbers and as text where they are too long', async () => {
  const { scope, number, names, ask } = await clinic()
  const begun = services.clock.now()
  const received = await receiveFax(services, scope, { to: number.number, pages: 3, takesMs: 90_000 })
  const { message, data } = await ask(LIST, { ...names, markedAs: 'Done' })
  assert.match(message, /success/)
  assert.deepEqual(data, [
    {
      jobId: received.jobId,
      transactionId: received.transactionId,
      fromNumber: CALLER,
      toNumber: number.number,
      faxCallLength: Math.floor((begun + 90_000) / 1000) - Math.floor(begun / 1000),
      faxCallStart: Math.floor(begun / 1000),
      faxCallEnd: Math.floor((begun + 90_000) / 1000),
      faxTotalPages: 3,
      faxReceivedPages: 3,
      faxTransferredPages: 3,
      faxStatus: 'received',
      receivedTime: new Date(begun + 90_000).toISOString(),
      markedAs: 'Done',
      numberId: String(number.numberId),
      orderId: number.orderId,
      code: 0,
      message: 'NORMAL_CLEARING',
    },
  ])
  assert.ok(Number(number.orderId) > Number.MAX_SAFE_INTEGER)
})

test('the number is named by text or by JSON numbers, also by one that has lost digits above 2^53', async () => {
  const { scope, number, jobs } = await clinic()
  const { jobId } = await receiveFax(services, scope, { to: number.number })
  const { numberId, orderId } = number
  for (const body of [
    { numberId, orderId },
    { numberId: String(numberId), orderId: Number(orderId) },
    { numberId: ` ${numberId} `, orderId: ` ${orderId} ` },
  ]) {
    assert.deepEqual(await jobs(LIST, body), [jobId])
  }
})

test('a number is the account’s own and named by both ids, or the call fails without data', async () => {
  const mine = await clinic()
  const other = await clinic()
  await receiveFax(services, mine.scope, { to: mine.number.number })
  for (const [body, field] of [
    [other.names, 'numberId'],
    [{ ...mine.names, orderId: other.names.orderId }, 'numberId'],
    [{ ...mine.names, numberId: other.names.numberId }, 'numberId'],
    [{ ...mine.names, numberId: '999999999' }, 'numberId'],
    [{ ...mine.names, orderId: `${mine.names.orderId}0` }, 'numberId'],
    [{ ...mine.names, numberId: 'Zebra' }, 'numberId'],
    [{ ...mine.names, orderId: {} }, 'orderId'],
    [{ orderId: mine.names.orderId }, 'numberId'],
    [{ numberId: mine.names.numberId }, 'orderId'],
  ] as const) {
    const reply = await mine.ask(LIST, body)
    assert.deepEqual([reply.status, reply.httpStatus, reply.field], [0, 200, field], JSON.stringify(body))
    assert.ok(!('data' in reply))
    assert.doesNotMatch(JSON.stringify(reply), /Zebra/)
  }
})

test('a number given back still has the faxes that came on it', async () => {
  const { scope, number, names, jobs } = await clinic()
  const { jobId } = await receiveFax(services, scope, { to: number.number })
  const updatedAt = new Date(services.clock.now())
  await services.store.asAccount(scope, (tx) =>
    tx.numbers.update(number.id, { releasedAt: updatedAt, updatedAt }),
  )
  assert.deepEqual(await jobs(LIST, names), [jobId])
})

test('only what has come in with a page is listed: no call under way, no call without a page, no other number', async () => {
  const { scope, number, names, ask, jobs } = await clinic()
  const other = await ownNumber(services, scope, '+12025559999')
  const elsewhere = await receiveFax(services, scope, { to: other.number })
  const unowned = await receiveFax(services, scope, { to: '+12025558888', from: null })
  await receiveFax(services, scope, { to: number.number, pages: 0, disposition: 'no_fax_tone' })
  const coming = await beginFax(services, scope, { to: number.number, pages: 2 })
  assert.deepEqual(await jobs(LIST, names), [])
  const { jobId } = await coming.end('call_dropped')
  const { data } = await ask(LIST, names)
  assert.deepEqual(
    data.map((row: Record<string, unknown>) => [row.jobId, row.faxStatus, row.code, row.message]),
    [[jobId, 'received', 900006, 'CALL_DROPPED: partial, 2 pages arrived']],
  )
  const all = await ask(ALL)
  assert.deepEqual(
    all.data.map((row: Record<string, unknown>) => [row.jobId, row.numberId, row.fromNumber]),
    [
      [jobId, names.numberId, CALLER],
      [unowned.jobId, '', ''],
      [elsewhere.jobId, String(other.numberId), CALLER],
    ],
  )
})

test('Done is what was received until the account says that it is what was marked', async () => {
  const { scope, number, names, ask, jobs } = await clinic()
  const marked = new Map<string, number>()
  for (const mark of ['new', 'in_review', 'done', 'spam'] as const) {
    const { jobId } = await receiveFax(services, scope, { to: number.number, mark })
    marked.set(mark, jobId)
  }
  const of = (...marks: string[]) => marks.map((mark) => marked.get(mark))
  const wordsOf = async () => (await ask(ALL)).data.map((row: { markedAs: string }) => row.markedAs)
  assert.deepEqual(await jobs(LIST, { ...names, markedAs: 'done' }), of('done', 'new'))
  assert.deepEqual(await jobs(LIST, { ...names, markedAs: 'New' }), of('new'))
  assert.deepEqual(await jobs(LIST, { ...names, markedAs: 'IN REVIEW' }), of('in_review'))
  assert.deepEqual(await jobs(LIST, { ...names, markedAs: 'Spam' }), of('spam'))
  assert.deepEqual(await jobs(LIST, names), of('spam', 'done', 'in_review', 'new'))
  assert.deepEqual(await wordsOf(), ['Spam', 'Done', 'In Review', 'Done'])
  await updateAccount(services, scope, ACTOR, { ifaxMarkedAs: 'marked' })
  assert.deepEqual(await jobs(LIST, { ...names, markedAs: 'Done' }), of('done'))
  assert.deepEqual(await wordsOf(), ['Spam', 'Done', 'In Review', 'New'])
  const refused = await ask(LIST, { ...names, markedAs: 'Zebra' })
  assert.deepEqual([refused.status, refused.field], [0, 'markedAs'])
})

test('a day begins and ends in the account’s time zone, and the last day is included', async () => {
  const { scope, number, names, jobs, ask } = await clinic()
  await updateAccount(services, scope, ACTOR, { timeZone: 'America/New_York' })
  await services.clock.advanceTo(
    Date.parse(new Date(services.clock.now() + 3 * 86_400_000).toISOString().slice(0, 10)),
  )
  const midnight = services.clock.now()
  // 01:00 UTC is still the evening before in New York; 12:00 is not.
  await services.clock.advanceTo(midnight + 3_600_000)
  const evening = await receiveFax(services, scope, { to: number.number, takesMs: 1 })
  await services.clock.advanceTo(midnight + 12 * 3_600_000)
  const noon = await receiveFax(services, scope, { to: number.number, takesMs: 1 })
  const [yesterday, today] = [american(midnight - 1), american(midnight)]
  for (const path of [LIST, ALL]) {
    const between = (startDate: string, endDate: string) => jobs(path, { ...names, startDate, endDate })
    assert.deepEqual(await between(today, today), [noon.jobId])
    assert.deepEqual(await between(yesterday, yesterday), [evening.jobId])
    assert.deepEqual(await between(yesterday, today), [noon.jobId, evening.jobId])
    const iso = new Date(midnight).toISOString()
    assert.deepEqual(await between(iso.slice(0, 10), iso.slice(0, 10)), [noon.jobId])
    assert.deepEqual(await between(iso, noon.endedAt!.toISOString()), [noon.jobId, evening.jobId])
    assert.deepEqual(await jobs(path, { ...names, endDate: yesterday }), [evening.jobId])
    const refused = await ask(path, { ...names, startDate: '13/13/2026' })
    assert.deepEqual([refused.status, refused.field], [0, 'startDate'])
  }
})

test('fax-list-all pages by lastFaxId until an empty array, in both orders, while faxes arrive', async () => {
  const { scope, number, jobs } = await clinic()
  const arrive = async () => (await receiveFax(services, scope, { to: number.number })).jobId
  const held = [await arrive(), await arrive(), await arrive(), await arrive(), await arrive()]
  for (const sortBy of ['newest', 'oldest'] as const) {
    const wanted = sortBy === 'newest' ? held.toReversed() : held
    const seen: number[] = []
    const later: number[] = []
    for (;;) {
      const page = await jobs(ALL, {
        sortBy,
        limit: 2,
        ...(seen.length > 0 ? { lastFaxId: seen.at(-1) } : {}),
      })
      seen.push(...page)
      if (page.length === 0) break
      if (later.length < 2) later.push(await arrive())
    }
    assert.deepEqual(seen, sortBy === 'newest' ? wanted : [...wanted, ...later])
    held.push(...later)
  }
})

test('a fax that takes long is not passed by a reader who goes on from its last row', async () => {
  const { scope, number, jobs } = await clinic()
  const slow = await beginFax(services, scope, { to: number.number })
  const quick = await receiveFax(services, scope, { to: number.number })
  // While a call comes in, what ended this very moment waits for the next list: an earlier end may still be on its way.
  assert.deepEqual(await jobs(ALL, { sortBy: 'oldest' }), [])
  assert.deepEqual(await jobs(ALL, { sortBy: 'newest' }), [quick.jobId])
  await services.clock.advance(3_000)
  assert.deepEqual(await jobs(ALL, { sortBy: 'oldest' }), [quick.jobId])
  const last = await slow.end()
  assert.ok(last.jobId < quick.jobId)
  assert.deepEqual(await jobs(ALL, { sortBy: 'oldest', lastFaxId: String(quick.jobId) }), [last.jobId])
  assert.deepEqual(await jobs(ALL, { sortBy: 'newest' }), [last.jobId, quick.jobId])
})

test('a cursor that is no listed fax of the account, and a limit or an order that is none, are refused by field', async () => {
  const { scope, number, ask, jobs } = await clinic()
  const stranger = await clinic()
  const theirs = await receiveFax(services, stranger.scope, { to: stranger.number.number })
  const coming = await beginFax(services, scope, { to: number.number })
  const { jobId: underWay } = (await services.store.asAccount(scope, (tx) => tx.received.get(coming.id)))!
  for (const [body, field] of [
    [{ lastFaxId: theirs.jobId }, 'lastFaxId'],
    [{ lastFaxId: underWay }, 'lastFaxId'],
    [{ lastFaxId: 'Zebra' }, 'lastFaxId'],
    [{ sortBy: 'size' }, 'sortBy'],
    [{ limit: -1 }, 'limit'],
    [{ limit: 'many' }, 'limit'],
  ] as const) {
    const reply = await ask(ALL, body)
    assert.deepEqual([reply.status, reply.field], [0, field], JSON.stringify(body))
  }
  assert.deepEqual(await jobs(ALL, { lastFaxId: 0, limit: 100_000 }), [])
})

test('fax-download answers the pages as a PDF in base64, and each download is an entry of the audit', async () => {
  const { scope, number, ask } = await clinic()
  const { id, jobId, transactionId } = await receiveFax(services, scope, { to: number.number, pages: 2 })
  for (const ids of [
    { jobId, transactionId },
    { jobId: String(jobId), transactionId: String(transactionId) },
  ]) {
    const { status, data } = await ask(DOWNLOAD, ids)
    assert.equal(status, 1)
    assert.match(data, /^[A-Za-z0-9+/]+={0,2}$/)
    const pdf = Buffer.from(data, 'base64').toString('latin1')
    assert.match(pdf, /^%PDF-/)
    assert.equal(pdf.match(/\/Type \/Page\b/g)?.length, 2)
  }
  const audit = await services.store.asAccount(scope, (tx) => tx.audit.list({ subjectId: id, limit: 100 }))
  const reads = audit.filter(({ action }) => action === 'inbound.content.read')
  assert.equal(reads.length, 2)
  assert.deepEqual(reads[0]!.actor.kind, 'key')
})

test('a download needs both ids of one fax, and pages: anything else is a failure and never an empty file', async () => {
  const { scope, number, ask } = await clinic()
  const stranger = await clinic()
  const one = await receiveFax(services, scope, { to: number.number })
  const two = await receiveFax(services, scope, { to: number.number })
  const empty = await receiveFax(services, scope, { to: number.number, pages: 0, disposition: 'no_fax_tone' })
  const theirs = await receiveFax(services, stranger.scope, { to: stranger.number.number })
  const coming = await beginFax(services, scope, { to: number.number })
  const { jobId, transactionId } = (await services.store.asAccount(scope, (tx) =>
    tx.received.get(coming.id),
  ))!
  const ids = (of: { jobId: number; transactionId: number }) => ({
    jobId: of.jobId,
    transactionId: of.transactionId,
  })
  for (const [body, code] of [
    [{ jobId: one.jobId, transactionId: two.transactionId }, 900195],
    [{ jobId: one.jobId, transactionId: 0 }, 900195],
    [{ jobId: one.jobId }, 900121],
    [{ transactionId: one.transactionId }, 900121],
    [ids(theirs), 900195],
    [ids(empty), 900196],
    [{ jobId, transactionId }, 900198],
    [{ jobId: 'Zebra', transactionId: 1 }, 900120],
  ] as const) {
    const reply = await ask(DOWNLOAD, body)
    assert.deepEqual([reply.status, reply.code, 'data' in reply], [0, code, false], JSON.stringify(body))
  }
  const [page] = await services.store.asAccount(scope, (tx) => tx.receivedPages.list(one.id))
  const document = await services.store.asAccount(scope, (tx) => tx.documents.get(page!.documentId))
  await services.blobs.delete(document!.blobKey)
  const gone = await ask(DOWNLOAD, ids(one))
  assert.deepEqual([gone.status, gone.code, gone.httpStatus, 'data' in gone], [0, 11013, 500, false])
})

test('another account, and the other mode of the same one, see none of it', async () => {
  const { scope, number, names } = await clinic()
  const { jobId, transactionId } = await receiveFax(services, scope, { to: number.number })
  const stranger = await services.addAccount()
  for (const other of [stranger, { ...scope, mode: 'live' } as const]) {
    const accessToken = await server.makeKey(other)
    assert.equal((await call(LIST, names, { accessToken })).status, 0)
    assert.deepEqual((await call(ALL, {}, { accessToken })).data, [])
    assert.equal((await call(ALL, { lastFaxId: jobId }, { accessToken })).code, 900195)
    assert.equal((await call(DOWNLOAD, { jobId, transactionId }, { accessToken })).code, 900195)
  }
})

test('a key that may only list sees masked numbers and no pages, and one that may do neither sees nothing', async () => {
  const { scope, number, names } = await clinic()
  const { jobId, transactionId } = await receiveFax(services, scope, { to: number.number })
  const reader = await server.makeKey(scope, ['inbound:read'])
  const { data } = await call(LIST, names, { accessToken: reader })
  assert.equal(data[0].jobId, jobId)
  assert.match(data[0].fromNumber, /^\+1•+77$/)
  assert.ok(!JSON.stringify(data).includes(number.number))
  assert.equal((await call(DOWNLOAD, { jobId, transactionId }, { accessToken: reader })).code, -2074)
  const sender = await server.makeKey(scope, ['faxes:read', 'faxes:write'])
  for (const path of [LIST, ALL, DOWNLOAD]) {
    assert.equal((await call(path, names, { accessToken: sender })).code, -2074)
  }
})

test('refusals travel as true 4xx where the operator wants those', async () => {
  const truthful = await testIFaxServer({ ifax: { strictHttp200: false } })
  const answers = async (path: string, body: object) => {
    const { httpStatus, status, code } = await truthful.call(path, body)
    return [httpStatus, status, code]
  }
  assert.deepEqual(await answers(LIST, { numberId: '1', orderId: '2' }), [404, 0, 900200])
  assert.deepEqual(await answers(LIST, {}), [400, 0, 900121])
  assert.deepEqual(await answers(ALL, { lastFaxId: 1 }), [404, 0, 900195])
  assert.deepEqual(await answers(DOWNLOAD, { jobId: 1, transactionId: 1 }), [404, 0, 900195])
  assert.deepEqual(await answers(ALL, {}), [200, 1, undefined])
})

test('a fax that leaves review is Done to the next list', async () => {
  const { scope, number, names, jobs } = await clinic()
  const { id, jobId } = await receiveFax(services, scope, { to: number.number, mark: 'in_review' })
  assert.deepEqual(await jobs(LIST, { ...names, markedAs: 'Done' }), [])
  await markFax(services, scope, id, 'done')
  assert.deepEqual(await jobs(LIST, { ...names, markedAs: 'Done' }), [jobId])
})

test('the download of a fax whose content was deleted is a plain failure', async () => {
  const { scope, number, ask } = await clinic()
  const received = await receiveFax(services, scope, { to: number.number })
  await shredFax(services, scope, ACTOR, 'received', received.id)
  const { jobId, transactionId } = received
  const reply = await ask(DOWNLOAD, { jobId, transactionId })
  assert.deepEqual([reply.status, reply.code, reply.data], [0, 900230, undefined])
  assert.match(reply.message, /deleted/)
  const { data } = await ask(ALL)
  assert.deepEqual([data[0].jobId, data[0].toNumber], [jobId, ''])
})
