import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSandboxLine } from '../../src/adapters/lines/sandbox/sandbox-line.ts'
import type { E164 } from '../../src/domain/number.ts'
import type { CallObserver, OutboundCall } from '../../src/ports/line.ts'
import { VirtualClock } from '../support/clock.ts'

const page = { width: 1728, rows: 1, resolution: 'fine', kind: 'vector', t6: new Uint8Array(1) } as const

function call(code: string, pages = [1, 2], attemptNumber = 1): OutboundCall {
  return {
    attemptId: 'att_1',
    attemptNumber,
    to: `+120255501${code}` as E164,
    from: undefined,
    stationId: '',
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
  for (let round = 0; round < 100 && !settled.yes; round += 1) await clock.advance(100)
  return { end: await placed, tookMs: clock.now() - startedMs }
}

test('a call that is answered tells each step in the order of a real one', async () => {
  const { steps, observer } = recorder()
  const { end } = await place(call('00'), observer)
  assert.deepEqual(steps, ['connected', 'page 1', 'confirmed 1', 'final page 2', 'confirmed 2'])
  assert.equal(end.disposition, 'delivered')
  assert.equal(end.t30Result, 'scripted')
})

test('the slow machine takes seconds, the others do not', async () => {
  const slow = await place(call('07'), recorder().observer)
  const quick = await place(call('00'), recorder().observer)
  assert.ok(slow.tookMs >= 5_000, `${slow.tookMs} ms`)
  assert.ok(quick.tookMs < 1_000, `${quick.tookMs} ms`)
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
  assert.equal(end.sipStatus, 486)
  assert.equal(end.q850Cause, 17)
})

test('aborting hangs up: canceled, and with data exchanged once a page was on the line', async () => {
  const controller = new AbortController()
  const { observer } = recorder()
  const hanging = place(
    call('10'),
    { ...observer, pageSending: async () => controller.abort() },
    controller.signal,
  )
  assert.deepEqual((await hanging).end, {
    disposition: 'canceled',
    dataExchanged: 'some',
    t30Result: 'scripted',
  })
  const before = await place(call('00'), recorder().observer, AbortSignal.abort())
  assert.equal(before.end.dataExchanged, 'none')
})

test('a step that could not be recorded ends the call', async () => {
  const { steps, observer } = recorder('pageConfirmed')
  await assert.rejects(place(call('00'), observer), /could not be written/)
  assert.deepEqual(steps, ['connected', 'page 1', 'confirmed 1'])
})
