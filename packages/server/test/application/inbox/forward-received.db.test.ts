import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { RasterPool } from '@answerback/imaging/raster/pool'
import { type Bitmap, createBitmap } from '@answerback/protocol/t4/bitmap'
import { decodeT6, encodeT6 } from '@answerback/protocol/t4/t6'
import { PoolRasteriser } from '../../../src/adapters/rasteriser/pool-rasteriser.ts'
import { forwardReceived } from '../../../src/application/inbox/forward-received.ts'
import { listNotes } from '../../../src/application/inbox/note-received.ts'
import { readFaxPages } from '../../../src/application/sending/read-fax-pages.ts'
import type { ReceivedPage } from '../../../src/ports/inbound-calls.ts'
import type { Rasteriser } from '../../../src/ports/rasteriser.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { testDatabase } from '../../support/database.ts'
import { beginDistinct, receiveDistinct } from '../../support/distinct-pages.ts'
import { recordOf } from '../../support/faxes.ts'
import { ACTOR, createTestServices, TEST_POLICY, type TestServices } from '../../support/services.ts'

const pool = new RasterPool({ workers: 1 })
const real = new PoolRasteriser(pool, {
  documentBytesMax: TEST_POLICY.documentBytesMax,
  pagesMax: TEST_POLICY.pagesPerFaxMax,
})
/** Rendering is real work, which takes no virtual time. */
const rasteriser: Rasteriser = {
  inspect: (bytes) => real.inspect(bytes),
  async *render(fax, signal) {
    const release = services.clock.hold()
    try {
      yield* real.render(fax, signal)
    } finally {
      release()
    }
  },
}
const services: TestServices = await createTestServices(await testDatabase(), { rasteriser })
after(async () => {
  await services.close()
  await pool.close()
})

const TO = '+12025550100'

/** Scattered dots, which no resampling leaves as they are. */
function dots(width: number, rows: number, seed: number): Bitmap {
  const bitmap = createBitmap(width, rows)
  let state = seed
  for (let place = 0; place < bitmap.words.length; place += 7) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    bitmap.words[place] = state & 0x0f0ff0f0
  }
  return bitmap
}

function pageOf(number: number, bitmap: Bitmap, resolution: ReceivedPage['resolution']): ReceivedPage {
  const { width, rows } = bitmap
  return { number, width, rows, resolution, t6: encodeT6(bitmap), badRows: 0, quality: 'clean' }
}

async function sentPages(scope: Scope, faxId: string) {
  await services.runDue()
  assert.equal((await recordOf(services, scope, faxId)).fax.status, 'delivered')
  const pages = await readFaxPages(services, scope, ACTOR, faxId)
  return pages.map(({ t6, width, rows, resolution }) => ({
    resolution,
    rows,
    words: [...decodeT6(t6, { width, rowsMax: rows }).words],
  }))
}

test('a forwarded page has the very pixels that were received, in the order asked for, behind the cover', async () => {
  const scope = await services.addAccount()
  // Longer than letter paper and A4 leave room for, as machines with roll paper send.
  const bitmaps = [dots(1728, 2150, 1), dots(1728, 2400, 2), dots(1728, 900, 3)]
  const id = await receiveDistinct(
    services,
    scope,
    bitmaps.map((bitmap, index) => pageOf(index + 1, bitmap, 'fine')),
  )
  const request = { to: TO, pages: ['3', '1-2'], cover: { subject: 'Test Patient Zebra' } }
  const accepted = await forwardReceived(services, scope, ACTOR, id, request)
  const [cover, ...pages] = await sentPages(scope, accepted.id)
  assert.ok(cover)
  assert.deepEqual(
    pages,
    [2, 0, 1].map((place) => {
      const { rows, words } = bitmaps[place]!
      return { resolution: 'fine' as const, rows, words: [...words] }
    }),
  )
})

test('pages of several resolutions go at the finest, with the rows of the others repeated', async () => {
  const scope = await services.addAccount()
  const [coarse, fine] = [dots(1728, 300, 4), dots(1728, 700, 5)]
  const id = await receiveDistinct(services, scope, [pageOf(1, coarse, 'standard'), pageOf(2, fine, 'fine')])
  const accepted = await forwardReceived(services, scope, ACTOR, id, { to: TO })
  const [first, second] = await sentPages(scope, accepted.id)
  assert.deepEqual([first!.rows, first!.resolution, second!.rows], [600, 'fine', 700])
  for (let row = 0; row < 600; row += 1) {
    const sent = first!.words.slice(row * coarse.stride, (row + 1) * coarse.stride)
    const source = (row >> 1) * coarse.stride
    assert.deepEqual(sent, [...coarse.words.subarray(source, source + coarse.stride)])
  }
  assert.deepEqual(second!.words, [...fine.words])
})

test('both faxes tell of each other, and the note stands with the received one', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 2)
  const accepted = await forwardReceived(services, scope, ACTOR, id, {
    to: TO,
    pages: ['2'],
    note: 'For the ward',
  })
  await services.store.asAccount(scope, async (tx) => {
    const events = await tx.events.listOfFax(id, 0, 100)
    const told = events.find(({ type }) => type === 'inbound.forwarded')
    assert.deepEqual([told?.data.faxId, told?.data.pages], [accepted.id, [2]])
    const audit = await tx.audit.list({ subjectId: accepted.id, limit: 100 })
    const link = audit.find(({ action }) => action === 'fax.forwards_received')
    assert.deepEqual(link?.detail, { inboundId: id, pages: [2] })
  })
  assert.equal((await listNotes(services, scope, ACTOR, id, { limit: 1 })).notes[0]?.text, 'For the ward')
})

test('the same pages to the same number are a possible duplicate, as with any fax', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  await forwardReceived(services, scope, ACTOR, id, { to: TO })
  await assert.rejects(forwardReceived(services, scope, ACTOR, id, { to: TO }), {
    code: 'fax.possible_duplicate',
  })
  await forwardReceived(services, scope, ACTOR, id, { to: TO, allowDuplicate: true })
})

test('a refused forward sends nothing and leaves nothing behind', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 2)
  const coming = await beginDistinct(services, scope, 1)
  const empty = await receiveDistinct(services, scope, 0, { disposition: 'no_fax_tone' })
  for (const [which, request, code] of [
    [id, { to: 'nowhere' }, 'number.invalid'],
    [id, { to: '+12026661234' }, 'auth.key_mode_mismatch'],
    [id, { to: TO, pages: ['3'] }, 'document.page_selection_invalid'],
    [id, { to: TO, pages: ['x'] }, 'document.page_selection_invalid'],
    [coming, { to: TO }, 'inbound.receiving'],
    [empty, { to: TO }, 'inbound.no_pages'],
    ['inb_nobody', { to: TO }, 'inbound.not_found'],
  ] as const) {
    await assert.rejects(forwardReceived(services, scope, ACTOR, which, request), { code })
  }
  const stranger = await services.addAccount()
  await assert.rejects(forwardReceived(services, stranger, ACTOR, id, { to: TO }), {
    code: 'inbound.not_found',
  })
  await services.store.asAccount(scope, async (tx) => {
    assert.deepEqual(await tx.faxes.list({ limit: 10 }), [])
    assert.ok((await tx.events.listOfFax(id, 0, 100)).every(({ type }) => type !== 'inbound.forwarded'))
  })
})
