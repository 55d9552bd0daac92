import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { readAccount } from '../../../src/application/account-now.ts'
import { listReceived } from '../../../src/application/inbox/list-received.ts'
import { markReceived } from '../../../src/application/inbox/mark-received.ts'
import { indexWords } from '../../../src/application/receiving/search-words.ts'
import { openReceivedNumbers, sealReceivedNumbers } from '../../../src/application/sealed/received-secrets.ts'
import { searchWords } from '../../../src/domain/inbox/search-words.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { testDatabase } from '../../support/database.ts'
import { receiveDistinct } from '../../support/distinct-pages.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const services = await createTestServices(await testDatabase())
after(() => services.close())

const index = (scope: Scope, id: string, ...texts: string[]) =>
  services.store.asAccount(scope, (tx) => indexWords(services, tx, id, texts))

async function find(scope: Scope, q: string, query: object = {}): Promise<string[]> {
  const page = await listReceived(services, scope, ACTOR, { q, limit: 100, ...query })
  return page.received.map(({ received }) => received.id)
}

/** Many faxes like one that was received, in the order of their ids. */
async function receiveMany(scope: Scope, count: number): Promise<string[]> {
  const ids: string[] = []
  const like = await receiveDistinct(services, scope, 1)
  await services.store.asAccount(scope, async (tx) => {
    const { keys } = await readAccount(services, tx)
    const [row, pages] = [(await tx.received.get(like))!, await tx.receivedPages.list(like)]
    const inserts: Promise<unknown>[] = []
    for (let made = 0; made < count; made += 1) {
      services.clock.jumpTo(services.clock.now() + 1)
      const id = services.random.id('inb')
      const at = new Date(services.clock.now())
      const inserted = tx.received.insertDerived(
        {
          ...{ id, status: 'received', origin: 'split', originIds: [like], startedAt: at, endedAt: at },
          ...sealReceivedNumbers(keys, id, openReceivedNumbers(keys, row)),
          ...{ line: 'sandbox', trunkId: null, numberId: null, mailboxId: row.mailboxId, assignee: null },
          ...{ priority: 'normal', dueAt: null, escalatedAt: null, routeId: null, pageCount: 1, badRows: 0 },
          ...{ disposition: null, code: null, message: null, sipStatus: null, q850Cause: null },
          ...{ t30Result: null, bitRate: null, ecm: null, remoteIdSealed: null, remoteNsfSealed: null },
        },
        pages,
      )
      inserts.push(inserted)
      ids.push(id)
    }
    await Promise.all(inserts)
  })
  services.clock.jumpTo(services.clock.now() + 10)
  return ids
}

test('a fax is found by words of any of its pages, however they are written', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 2)
  const other = await receiveDistinct(services, scope, 1)
  assert.deepEqual(await find(scope, 'zebra'), [])
  await index(scope, id, 'Referral: Test Patient ZEBRA', 'Café, born 12/05/1960')
  await index(scope, other, 'Referral')
  for (const q of ['zebra', 'CAFE referral', '"1960, Zebra!"', 'the Zébra of 1960']) {
    assert.deepEqual(await find(scope, q), [id], q)
  }
  assert.deepEqual(await find(scope, 'referral'), [other, id])
  assert.deepEqual(await find(scope, 'referral giraffe'), [])
  assert.deepEqual(await find(scope, 'zeb'), [])
})

test('reading a fax again replaces its words', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  await index(scope, id, 'zebra')
  await index(scope, id, 'okapi')
  assert.deepEqual([await find(scope, 'zebra'), await find(scope, 'okapi')], [[], [id]])
})

test('a word of one account is nothing in another, nor in the other mode', async () => {
  const [scope, stranger] = [await services.addAccount(), await services.addAccount()]
  const id = await receiveDistinct(services, scope, 1)
  await index(scope, id, 'zebra')
  assert.deepEqual(await find(stranger, 'zebra'), [])
  assert.deepEqual(await find({ ...scope, mode: 'live' }, 'zebra'), [])
  await index(stranger, id, 'okapi')
  assert.deepEqual([await find(scope, 'zebra'), await find(scope, 'okapi')], [[id], []])
  const theirs = await receiveDistinct(services, stranger, 1)
  await index(stranger, theirs, 'zebra')
  const wordsOf = (of: Scope, words: string) =>
    services.store.asAccount(of, async (tx) => {
      const { id: account, wrappedKey } = await tx.accounts.get()
      return (await services.keyring.account(account, wrappedKey)).hash('received.word', words).readInt32BE(0)
    })
  assert.notEqual(await wordsOf(scope, 'zebra'), await wordsOf(stranger, 'zebra'))
})

test('what is no word to look for, and too many words, are refused without repeating them', async () => {
  const scope = await services.addAccount()
  const many = Array.from({ length: 17 }, (_, place) => `word${place}`).join(' ')
  for (const q of ['', ' ', 'the of', 'a', '%_\\', 'x'.repeat(50), many]) {
    await assert.rejects(find(scope, q), (error: { code: string; field: string; detail: string }) => {
      assert.deepEqual([error.code, error.field], ['request.invalid', 'q'])
      assert.ok(q.length < 3 || !error.detail.includes(q))
      return true
    })
  }
})

test('the audit tells that somebody searched, and never for what', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  await index(scope, id, 'zebra')
  await find(scope, 'zebra')
  const audit = await services.store.asAccount(scope, (tx) => tx.audit.list({ limit: 100 }))
  const searched = audit.filter(({ action }) => action === 'inbound.searched')
  assert.deepEqual(
    searched.map(({ detail, actor }) => [detail, actor.id]),
    [[{ words: 1, hits: 1 }, ACTOR.id]],
  )
  assert.doesNotMatch(JSON.stringify(audit), /zebra/i)
  assert.doesNotMatch(services.logText(), /zebra/i)
})

test('among more faxes than are walked, common and rare words are found page by page, newest first', async () => {
  const scope = await services.addAccount()
  const ids = await receiveMany(scope, 2300)
  await services.store.asAccount(scope, async (tx) => {
    const indexed = ids.map((id, place) => {
      const words = ['common', ...(place < 60 ? ['old'] : []), ...(place % 500 === 0 ? ['rare'] : [])]
      return indexWords(services, tx, id, [words.join(' ')])
    })
    await Promise.all(indexed)
  })
  const newest = [...ids].reverse()
  const old = newest.slice(-60)
  const walk = async (q: string, query: object = {}) => {
    const found: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await listReceived(services, scope, ACTOR, {
        ...{ q, limit: 25, ...query },
        ...(cursor === undefined ? {} : { cursor }),
      })
      found.push(...page.received.map(({ received }) => received.id))
      if (page.nextCursor === null) return found
      cursor = page.nextCursor
    }
  }
  assert.deepEqual(await walk('common old'), old)
  assert.deepEqual(
    await walk('rare'),
    newest.filter((_, place) => (ids.length - 1 - place) % 500 === 0),
  )
  assert.deepEqual((await find(scope, 'common')).slice(0, 100), newest.slice(0, 100))
  const marked = old[3]!
  await markReceived(services, scope, ACTOR, marked, 'spam')
  assert.deepEqual(await walk('old', { marks: ['spam'] }), [marked])
  assert.deepEqual(
    await walk('old', { marks: ['new'] }),
    old.filter((id) => id !== marked),
  )
  const { startedAt } = (await services.store.asAccount(scope, (tx) => tx.received.get(ids[10]!)))!
  assert.deepEqual(await walk('common', { startedBefore: startedAt }), [...newest.slice(-10)])
  assert.deepEqual(await walk('old', { startedAfter: startedAt }), old.slice(0, 50))
})

test('whatever a page says, its fax is found by each of its words and not by others', async () => {
  const scope = await services.addAccount()
  const ids = await receiveMany(scope, 3)
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('a', 'b', 'é', ' ', '7'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 60,
  })
  await fc.assert(
    fc.asyncProperty(fc.tuple(text, text, text), async (texts) => {
      for (const [place, id] of ids.entries()) await index(scope, id, texts[place]!)
      const words = texts.map((each) => new Set(searchWords(each)))
      for (const word of new Set(words.flatMap((each) => [...each].slice(0, 3)))) {
        const expected = ids.filter((_, place) => words[place]!.has(word)).reverse()
        assert.deepEqual(await find(scope, word), expected)
      }
      assert.deepEqual(await find(scope, 'absentword'), [])
    }),
    { numRuns: 25 },
  )
})
