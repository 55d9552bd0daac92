import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import { createSandboxLine } from '../../src/adapters/lines/sandbox/sandbox-line.ts'
import type { E164 } from '../../src/domain/numbers/number.ts'
import type { CallObserver, OutboundCall } from '../../src/ports/line.ts'
import { VirtualClock } from '../support/clock.ts'

const page = barPage()

function barPage(): OutboundCall['pages'][number]['page'] {
  const bitmap = createBitmap(1728, 400)
  bitmap.words.fill(0xffff0000, bitmap.stride * 60, bitmap.stride * 80)
  return { width: 1728, rows: 400, resolution: 'fine', kind: 'vector', t6: encodeT6(bitmap) }
}

function call(code: string, pages: readonly number[] = [1, 2], attemptNumber = 1): OutboundCall {
  return {
    attemptId: `att_${code}`,
    attemptNumber,
    to: `+120255501${code}` as E164,
    from: undefined,
    stationId: '+1 202 555 0142',
    pages: pages.map((number) => ({ number, page })),
  }
}

function recorder(fail?: keyof CallObserver): { steps: string[]; observer: CallObserver } {
  const steps: string[] = []
  const step = async (name: keyof CallObserver, text: string = name) => {
    steps.push(text)
    if (name === fail) throw new Error('the record could not be written')
  }
  const observer: CallObserver = {
    connected: () => step('connected'),
    pageSending: (number, final) => step('pageSending', `${final ? 'final ' : ''}page ${number}`),
    pageConfirmed: (number) => step('pageConfirmed', `confirmed ${number}`),
  }
  return { steps, observer }
}

async function place(made: OutboundCall, observer: CallObserver, signal = new AbortController().signal) {
  const clock = new VirtualClock()
  const startedMs = clock.now()
  const placed = createSandboxLine(clock).place(made, observer, signal)
  const settled = { yes: false }
  placed.then(
    () => (settled.yes = true),
    () => (settled.yes = true),
  )
  while (!settled.yes) await clock.advance(20)
  return { end: await placed, tookMs: clock.now() - startedMs, pending: clock.pending }
}

const said = (end: Awaited<ReturnType<typeof place>>['end']) => (end.timeline ?? []).map(({ what }) => what)

test('a call that is answered tells each step in the order of a real one', async () => {
  const { steps, observer } = recorder()
  const { end } = await place(call('00'), observer)
  assert.deepEqual(steps, ['connected', 'page 1', 'confirmed 1', 'final page 2', 'confirmed 2'])
  assert.equal(end.disposition, 'delivered')
  assert.equal(end.t30Result, 'ok')
  assert.deepEqual([end.bitRate, end.ecm, end.remoteId], [14_400, true, 'SANDBOX'])
})

test('the timeline begins by saying that nothing was dialled, and holds every frame after that', async () => {
  const { end } = await place(call('00', [1]), recorder().observer)
  const timeline = end.timeline ?? []
  assert.equal(timeline[0]?.what, 'sandbox: nothing was dialled')
  const frames = ['INVITE', '180', '200', 're-INVITE', 'CED', 'CSI', 'DIS', 'TSI', 'DCS', 'TCF', 'CFR']
  const closing = ['image block', 'PPS-EOP', 'MCF', 'DCN', 'BYE']
  assert.deepEqual(
    [...frames, ...closing].filter((what) => !said(end).includes(what)),
    [],
  )
  assert.ok(timeline.every((entry, index) => index === 0 || entry.atMs >= timeline[index - 1]!.atMs))
  const lastMs = timeline.at(-1)!.atMs
  assert.ok(lastMs > 15_000 && lastMs < 60_000, `${lastMs} ms on the virtual clock`)
})

interface Row {
  readonly code: number
  readonly disposition: string
  readonly dataExchanged?: string
  readonly t30Result?: string
  readonly confirmed?: number
}

/** The table of docs/guides/test-mode.md, for a fax of two pages. */
const ROWS: readonly Row[] = [
  { code: 20, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 21, disposition: 'page_failed', t30Result: 'page_refused' },
  { code: 22, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 23, disposition: 'page_failed', t30Result: 'page_not_recovered' },
  { code: 24, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 25, disposition: 'page_failed', t30Result: 'receiver_not_ready' },
  { code: 26, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 27, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  {
    code: 28,
    disposition: 'outcome_unknown',
    dataExchanged: 'unknown',
    t30Result: 'carrier_lost',
    confirmed: 1,
  },
  {
    code: 29,
    disposition: 'remote_disconnect',
    dataExchanged: 'none',
    t30Result: 'disconnected_before_page',
  },
  { code: 30, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 31, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 32, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 33, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 34, disposition: 't38_refused', dataExchanged: 'none' },
  { code: 35, disposition: 'no_fax_tone', dataExchanged: 'none', t30Result: 'carrier_lost' },
  { code: 36, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 37, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 38, disposition: 'outcome_unknown', dataExchanged: 'unknown', confirmed: 1 },
  { code: 39, disposition: 'outcome_unknown', dataExchanged: 'unknown', confirmed: 1 },
  { code: 40, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 41, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 42, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 43, disposition: 'outcome_unknown', dataExchanged: 'unknown', confirmed: 1 },
  { code: 44, disposition: 'rejected', dataExchanged: 'none' },
  { code: 45, disposition: 'number_unassigned', dataExchanged: 'none' },
  { code: 46, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 47, disposition: 'delivered', t30Result: 'ok', confirmed: 2 },
  { code: 99, disposition: 'number_unassigned', dataExchanged: 'none' },
]

for (const { code, disposition, dataExchanged = 'some', t30Result, confirmed = 0 } of ROWS) {
  test(`number ${code} ends ${disposition}, as the protocol makes of its machine`, async () => {
    const { steps, observer } = recorder()
    const { end, pending } = await place(call(String(code)), observer)
    assert.equal(end.disposition, disposition)
    assert.equal(end.dataExchanged, dataExchanged)
    if (t30Result) assert.equal(end.t30Result, t30Result)
    assert.equal(steps.filter((step) => step.startsWith('confirmed')).length, confirmed)
    assert.equal(pending, 0, 'no timer is left')
    assert.equal(said(end)[0], 'sandbox: nothing was dialled')
  })
}

test('a slow call takes seconds of the real clock, the others take none', async () => {
  const slow = await place(call('07'), recorder().observer)
  const quick = await place(call('00'), recorder().observer)
  assert.ok(slow.tookMs >= 5_000 && slow.tookMs < 20_000, `${slow.tookMs} ms`)
  assert.ok(quick.tookMs < 5_000, `${quick.tookMs} ms`)
})

test('"busy twice" counts the calls of the fax and not those of the process', async () => {
  const ends = []
  for (const attemptNumber of [3, 1, 2, 3]) {
    ends.push((await place(call('06', [1], attemptNumber), recorder().observer)).end.disposition)
  }
  assert.deepEqual(ends, ['delivered', 'busy', 'busy', 'delivered'])
})

test('an unanswered call touches no page and carries the network its evidence', async () => {
  const { steps, observer } = recorder()
  const { end } = await place(call('01'), observer)
  assert.deepEqual(steps, [])
  assert.deepEqual([end.sipStatus, end.q850Cause, end.t30Result], [486, 17, undefined])
  assert.deepEqual(said(end).slice(1), ['INVITE', '100', '486', 'ACK'])
})

test('a carrier that is down is called until Timer B and gives no status', async () => {
  const { end } = await place(call('11'), recorder().observer)
  assert.deepEqual([end.disposition, end.sipStatus], ['carrier_down', undefined])
  assert.equal(end.timeline?.at(-1)?.atMs, 32_000)
})

test('a call that hangs in a page ends when it is hung up: canceled, with data exchanged', async () => {
  const controller = new AbortController()
  const { steps, observer } = recorder()
  setTimeout(() => controller.abort(), 200)
  const { end } = await place(call('10'), observer, controller.signal)
  assert.deepEqual(steps, ['connected', 'page 1'])
  assert.deepEqual([end.disposition, end.dataExchanged, end.t30Result], ['canceled', 'some', 'hung_up'])
  assert.ok(said(end).includes('hang up') && said(end).includes('DCN'))
})

test('hung up before it was placed, or before the image left, a call has exchanged no data', async () => {
  const before = await place(call('00'), recorder().observer, AbortSignal.abort())
  assert.deepEqual([before.end.disposition, before.end.dataExchanged], ['canceled', 'none'])
  const controller = new AbortController()
  const { observer } = recorder()
  const announced = { ...observer, pageSending: async () => controller.abort() }
  const { end } = await place(call('00'), announced, controller.signal)
  assert.deepEqual([end.disposition, end.dataExchanged], ['canceled', 'none'])
})

test('hung up after the last page was confirmed, a fax is delivered all the same', async () => {
  const controller = new AbortController()
  const { observer } = recorder()
  const confirming = { ...observer, pageConfirmed: async () => controller.abort() }
  const { end } = await place(call('00', [1]), confirming, controller.signal)
  assert.equal(end.disposition, 'delivered')
})

test('a step that could not be recorded ends the call', async () => {
  const { steps, observer } = recorder('pageConfirmed')
  await assert.rejects(place(call('00'), observer), /could not be written/)
  assert.deepEqual(steps, ['connected', 'page 1', 'confirmed 1'])
})

test('a resumed call to the dropping number drops in its first page, which follows a confirmed one', async () => {
  const fresh = recorder()
  await place(call('05', [1, 2, 3]), fresh.observer)
  assert.deepEqual(fresh.steps, ['connected', 'page 1', 'confirmed 1', 'page 2'])
  const resumed = recorder()
  const { end } = await place(call('05', [2, 3], 2), resumed.observer)
  assert.deepEqual(resumed.steps, ['connected', 'page 2'])
  assert.deepEqual([end.disposition, end.dataExchanged], ['call_dropped', 'some'])
})

test('the same attempt makes the same call, frame by frame', async () => {
  const once = await place(call('37'), recorder().observer)
  const again = await place(call('37'), recorder().observer)
  assert.deepEqual(once.end, again.end)
})

test('other requests are served while a long fax is being sent', async () => {
  let turns = 0
  let isOver = false
  const turn = () => {
    turns++
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  await createSandboxLine(new VirtualClock()).place(
    call('00', [1, 2, 3, 4, 5]),
    recorder().observer,
    new AbortController().signal,
  )
  isOver = true
  assert.ok(turns >= 5, `${turns} turns of the event loop`)
})
