import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { markReceived } from '../../../src/application/inbox/mark-received.ts'
import { mergeReceived } from '../../../src/application/inbox/merge-received.ts'
import { listNotes } from '../../../src/application/inbox/note-received.ts'
import { getReceived } from '../../../src/application/inbox/read-received.ts'
import { splitReceived } from '../../../src/application/inbox/split-received.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { testDatabase } from '../../support/database.ts'
import {
  beginDistinct,
  bytesOf,
  CALLED,
  CALLER,
  distinctPage,
  receiveDistinct,
} from '../../support/distinct-pages.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const services = await createTestServices(await testDatabase())
after(() => services.close())

const rowOf = async (scope: Scope, id: string) => (await getReceived(services, scope, id)).received
const eventsOf = async (scope: Scope, id: string) =>
  (await services.store.asAccount(scope, (tx) => tx.events.listOfFax(id, 0, 100))).map(({ type }) => type)
const noteOf = async (scope: Scope, id: string) =>
  (await listNotes(services, scope, ACTOR, id, { limit: 10 })).notes[0]?.text

test('a split fax lives on in its parts, each a received fax of its own', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 5)
  const whole = await bytesOf(services, scope, id)
  services.clock.jumpTo(services.clock.now() + 60_000)
  const [first, second] = await splitReceived(services, scope, ACTOR, id, ['1-3', '5,4'])
  assert.ok(first && second)
  assert.deepEqual(await bytesOf(services, scope, first.received.id), whole.slice(0, 3))
  assert.deepEqual(await bytesOf(services, scope, second.received.id), [whole[4], whole[3]])
  const original = await rowOf(scope, id)
  for (const { received, to, from } of [first, second]) {
    assert.deepEqual([to, from, received.mailboxId], [CALLED, CALLER, original.mailboxId])
    assert.deepEqual([received.startedAt, received.endedAt], [original.startedAt, original.endedAt])
    assert.deepEqual([received.status, received.mark, received.origin], ['received', 'new', 'split'])
    assert.deepEqual(received.originIds, [id])
    assert.ok(received.dueAt)
    assert.ok((await eventsOf(scope, received.id)).includes('inbound.received'))
  }
  const numbers = [original, first.received, second.received].flatMap((each) => [
    each.jobId,
    each.transactionId,
  ])
  assert.equal(new Set(numbers).size, 6)
  assert.deepEqual([original.mark, original.dueAt], ['done', null])
  const detail = await getReceived(services, scope, id)
  assert.deepEqual(detail.derivedIds, [first.received.id, second.received.id])
  assert.equal(
    await noteOf(scope, id),
    `Split into ${first.received.id} (pages 1-3), ${second.received.id} (pages 5,4).`,
  )
  assert.ok((await eventsOf(scope, id)).includes('inbound.split'))
})

test('the parts are looked at and read as faxes of their own', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 2)
  await services.runDue()
  const [part] = await splitReceived(services, scope, ACTOR, id, ['2', '1'])
  services.pageReader.nextBarcodes.push([{ format: 'QRCode', text: 'ZEBRA-1' }])
  await services.runDue()
  const { received, pages } = await getReceived(services, scope, part!.received.id)
  assert.ok(received.examinedAt)
  assert.deepEqual(pages[0]!.barcodes, [{ format: 'QRCode', text: 'ZEBRA-1' }])
})

test('what was promised for the whole holds for its parts, and what was taken up must be taken up anew', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 2)
  await markReceived(services, scope, ACTOR, id, 'in_review')
  await markReceived(services, scope, ACTOR, id, 'new')
  const promised = (await rowOf(scope, id)).dueAt
  services.clock.jumpTo(services.clock.now() + 3_600_000)
  const parts = await splitReceived(services, scope, ACTOR, id, ['1', '2'])
  for (const { received } of parts) assert.deepEqual(received.dueAt, promised)
  const taken = await receiveDistinct(services, scope, 2)
  await markReceived(services, scope, ACTOR, taken, 'in_review')
  const [part] = await splitReceived(services, scope, ACTOR, taken, ['1', '2'])
  assert.ok(part!.received.dueAt! > promised!)
})

test('a fax that is coming in, has no pages, or lives on in others is neither split nor merged', async () => {
  const scope = await services.addAccount()
  const coming = await beginDistinct(services, scope, 2)
  const empty = await receiveDistinct(services, scope, 0, { disposition: 'no_fax_tone' })
  const over = await receiveDistinct(services, scope, 2)
  await splitReceived(services, scope, ACTOR, over, ['1', '2'])
  const whole = await receiveDistinct(services, scope, 1)
  for (const [id, code] of [
    [coming, 'inbound.receiving'],
    [empty, 'inbound.no_pages'],
    [over, 'inbound.superseded'],
    ['inb_nobody', 'inbound.not_found'],
  ] as const) {
    await assert.rejects(splitReceived(services, scope, ACTOR, id, ['1', '2']), { code })
    await assert.rejects(mergeReceived(services, scope, ACTOR, [whole, id]), { code, field: 'ids[1]' })
  }
  await assert.rejects(mergeReceived(services, scope, ACTOR, [whole, whole]), { field: 'ids[1]' })
  assert.equal((await rowOf(scope, whole)).mark, 'new')
})

test('a merged fax has all pages in the order given, and the times from the first call to the last', async () => {
  const scope = await services.addAccount()
  const cut = await receiveDistinct(services, scope, 2, { disposition: 'call_dropped' })
  services.clock.jumpTo(services.clock.now() + 60_000)
  const rest = await receiveDistinct(services, scope, 1, { from: null })
  const bytes = [...(await bytesOf(services, scope, cut)), ...(await bytesOf(services, scope, rest))]
  const { received, from } = await mergeReceived(services, scope, ACTOR, [cut, rest])
  assert.deepEqual(await bytesOf(services, scope, received.id), bytes)
  const [a, b] = [await rowOf(scope, cut), await rowOf(scope, rest)]
  assert.deepEqual([received.startedAt, received.endedAt], [a.startedAt, b.endedAt])
  assert.deepEqual([received.status, received.originIds, from], ['partially_received', [cut, rest], CALLER])
  for (const id of [cut, rest]) {
    assert.equal((await rowOf(scope, id)).mark, 'done')
    assert.equal(await noteOf(scope, id), `Merged into ${received.id}.`)
  }
})

test('two people who split or merge at the same time make one set of faxes', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 2)
  const other = await receiveDistinct(services, scope, 1)
  const tries = await Promise.allSettled([
    splitReceived(services, scope, ACTOR, id, ['1', '2']),
    splitReceived(services, scope, ACTOR, id, ['2', '1']),
    mergeReceived(services, scope, ACTOR, [id, other]),
    mergeReceived(services, scope, ACTOR, [other, id]),
  ])
  assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const each of tries) {
    if (each.status === 'rejected') assert.equal(each.reason.code, 'inbound.superseded')
  }
})

test('however faxes are split and merged, every page is in exactly one that is not superseded, byte for byte', async () => {
  const step = fc.record({
    kind: fc.constantFrom('split', 'merge'),
    pick: fc.nat(),
    order: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
    cuts: fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
      fc.array(step, { maxLength: 5 }),
      async (counts, steps) => {
        const scope = await services.addAccount()
        let live: string[] = []
        const bytes: string[] = []
        for (const count of counts) {
          const pages = Array.from({ length: count }, (_, index) => distinctPage(index + 1))
          live.push(await receiveDistinct(services, scope, pages))
          bytes.push(...pages.map(({ t6 }) => Buffer.from(t6).toString('hex')))
        }
        for (const { kind, pick, order, cuts } of steps) {
          const shuffled = <T>(items: readonly T[]) =>
            items
              .map((item, index) => ({ item, rank: order[index % order.length]! }))
              .sort((a, b) => a.rank - b.rank)
              .map(({ item }) => item)
          const id = live[pick % live.length]!
          const { received } = await getReceived(services, scope, id)
          if (kind === 'split' && received.pageCount > 1) {
            const numbers = shuffled(Array.from({ length: received.pageCount }, (_, index) => index + 1))
            const parts = new Map<number, number[]>()
            numbers.forEach((page, index) => {
              const part = cuts[index % cuts.length]!
              parts.set(part, [...(parts.get(part) ?? []), page])
            })
            const texts = [...parts.values()].map((pages) => pages.join(','))
            if (texts.length < 2) continue
            const made = await splitReceived(services, scope, ACTOR, id, texts)
            live = [...live.filter((each) => each !== id), ...made.map((each) => each.received.id)]
          } else if (kind === 'merge' && live.length > 1) {
            const ids = shuffled(live).slice(0, 2)
            const made = await mergeReceived(services, scope, ACTOR, ids)
            live = [...live.filter((each) => !ids.includes(each)), made.received.id]
          }
        }
        const kept: string[] = []
        for (const id of live) kept.push(...(await bytesOf(services, scope, id)))
        assert.deepEqual(kept.sort(), bytes.sort())
      },
    ),
    { numRuns: 15 },
  )
})
