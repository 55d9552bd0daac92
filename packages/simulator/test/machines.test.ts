import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Answerer } from '@answerback/protocol/t30/answerer/answerer'
import { Caller } from '@answerback/protocol/t30/caller/caller'
import { DEFAULT_COPY_QUALITY } from '@answerback/protocol/t30/copy-quality'
import type { LinePage } from '@answerback/protocol/t30/line-page'
import type { T30Machine } from '@answerback/protocol/t30/machine'
import type { T30Result } from '@answerback/protocol/t30/result'
import { DEFAULT_TIMERS } from '@answerback/protocol/t30/timers'
import { Attendant } from '../src/attendant.ts'
import { callIn, dial, plainNearEnd, type RunningCall } from '../src/dial.ts'
import * as answering from '../src/machines/answering.ts'
import * as calling from '../src/machines/calling.ts'
import type { AnsweringMachine, CallingMachine } from '../src/machines/machine.ts'
import { disconnectsInstead } from '../src/machines/mischief/hanging-up.ts'
import { signal } from '../src/machines/mischief/moment.ts'
import { Random } from '../src/random.ts'
import { drawLongPage, drawPage, isSamePage } from './pages.ts'

const random = new Random(3)
const first = { ...drawPage(random), number: 1 }
const LETTER: readonly LinePage[] = [first, { ...first, number: 2 }, { ...first, number: 3 }]

function plainCaller(pages: readonly LinePage[]): T30Machine {
  return new Caller({
    stationId: '+1 202 555 0100',
    pages,
    limits: calling.GOOD_CALLER.limits,
    checksIdentity: false,
    timers: DEFAULT_TIMERS,
  })
}

function send(machine: AnsweringMachine, pages = LETTER) {
  const attendant = new Attendant({ storeMs: 0 })
  const near = { ...plainNearEnd(plainCaller(pages)), attend: attendant.attend }
  const placed = dial(machine, near, { seed: 1 })
  const pausedAt = placed.running?.call.run()
  return { ...placed, pausedAt, end: placed.running?.call.endOf('near'), recorded: attendant.recorded }
}

function receive(machine: CallingMachine, pages = LETTER) {
  const attendant = new Attendant({ storeMs: 0 })
  const answerer = new Answerer({
    stationId: 'ZEBRA',
    capabilities: answering.GOOD_MACHINE.capabilities,
    cedMs: 2_600,
    copyQuality: DEFAULT_COPY_QUALITY,
    timers: DEFAULT_TIMERS,
  })
  const { running } = callIn(
    machine,
    pages,
    { ...plainNearEnd(answerer), attend: attendant.attend },
    { seed: 1 },
  )
  running.call.run()
  return { ...running, end: running.call.endOf('near'), committed: attendant.committed }
}

function isOver({ call }: RunningCall): boolean {
  return !call.isOverrun && call.endOf('near') !== undefined && call.endOf('far') !== undefined
}

const EXPECTED: readonly [AnsweringMachine, T30Result, number][] = [
  [answering.GOOD_MACHINE, 'ok', 3],
  [answering.SILENT, 'no_dis', 0],
  [answering.HUMAN, 'carrier_lost', 0],
  [answering.NO_ECM, 'ok', 3],
  [answering.STANDARD_ONLY, 'ok', 3],
  [answering.SLOW_PRINTER, 'ok', 3],
  [answering.OLD_MACHINE, 'ok', 3],
  [answering.SHORT_FRAMES, 'ok', 3],
  [answering.TINY_DATAGRAM, 'ok', 3],
  [answering.LATE, 'ok', 3],
  [answering.trainingFails(2), 'ok', 3],
  [answering.trainingFails(), 'training_failed', 0],
  [answering.refusesPages(1), 'ok', 3],
  [answering.refusesPages(), 'page_refused', 0],
  [answering.missesEcmFrames(6), 'ok', 3],
  [answering.missesEcmFrames(), 'page_not_recovered', 0],
  [answering.storesIn(20_000), 'ok', 3],
  [answering.storesIn(undefined), 'receiver_not_ready', 0],
  [answering.dropsMidPage(2), 'carrier_lost', 1],
  [answering.dropsAfterImage(2), 'carrier_lost', 1],
  [answering.dropsBeforeAnswer(2), 'carrier_lost', 1],
  [answering.DISCONNECTS_BEFORE_PAGE, 'disconnected_before_page', 0],
  [answering.disconnectsInsteadOfMcf(2), 'disconnected_after_page', 1],
  [answering.silentAfterMcf(1), 'no_response_to_page', 1],
  [answering.silentAfterMcf(3), 'ok', 3],
  [answering.silentInsteadOfMcf(3), 'no_response_to_page', 2],
  [answering.WRONG_ID, 'ok', 3],
  [answering.CHANGING_ID, 'ok', 3],
  [answering.JUNK, 'ok', 3],
  [answering.LOSS_5, 'ok', 3],
  [answering.LOSS_20, 'ok', 3],
]

for (const [machine, result, pages] of EXPECTED) {
  test(`a fax to ${machine.name} ends ${result} with ${pages} of 3 pages`, () => {
    const { running, end, recorded } = send(machine)
    assert.ok(running && isOver(running))
    assert.deepEqual([end?.result, end?.pages, recorded.length], [result, pages, pages])
    const { committed } = running.attendant
    assert.ok(committed.length >= pages)
    for (const [index, page] of committed.slice(0, pages).entries()) {
      assert.ok(isSamePage(LETTER[index]!, page, machine.capabilities.length), `page ${index + 1}`)
    }
  })
}

test('a call that is refused tells so as the network would, and never comes to T.38', () => {
  const machines = [
    [answering.BUSY, 'refused 486 17'],
    [answering.NO_ANSWER, 'refused 480 19'],
    [answering.UNASSIGNED, 'refused 404 1'],
    [answering.NUMBER_CHANGED, 'refused 410 22'],
    [answering.REJECTING, 'refused 603 21'],
    [answering.CONGESTED, 'refused 503 42'],
    [answering.CARRIER_DOWN, 'unreachable'],
    [answering.NO_T38, 't38_refused 488'],
  ] as const
  for (const [machine, expected] of machines) {
    const { outcome, running } = send(machine)
    const told = [
      outcome.kind,
      ...('status' in outcome ? [outcome.status] : []),
      ...('q850Cause' in outcome ? [outcome.q850Cause] : []),
    ]
    assert.equal(told.join(' '), expected)
    assert.equal(running, undefined)
  }
})

test('nobody answers for a minute of virtual time', () => {
  const { setup } = send(answering.NO_ANSWER)
  assert.deepEqual(
    setup.map(({ what }) => what),
    ['INVITE', '100', '180', '480', 'ACK'],
  )
  assert.ok(setup.at(-1)!.atMs >= 60_000)
})

test('a machine may say DCN in place of any of its signals, and the call ends at once each time', () => {
  const results = new Set<string | undefined>()
  for (let nth = 1; nth <= 9; nth++) {
    const { running, end } = send({ ...answering.GOOD_MACHINE, mischief: [disconnectsInstead(signal(nth))] })
    assert.ok(running && isOver(running))
    results.add(end?.result)
  }
  assert.deepEqual([...results].sort(), ['disconnected_after_page', 'disconnected_before_page', 'ok'])
})

test('a call that hangs stands still until its clock goes on, and can then be hung up', () => {
  const { running, pausedAt } = send(answering.freezesMidPage(2))
  assert.equal(pausedAt?.kind, 'frozen')
  const stoodMs = running!.call.nowMs
  assert.equal(running!.call.run().kind, 'frozen')
  assert.equal(running!.call.nowMs, stoodMs)
  running!.line.thaw()
  running!.call.hangUp('near')
  assert.equal(running!.call.run().kind, 'over')
  const end = running!.call.endOf('near')
  assert.deepEqual([end?.result, end?.pages, end?.dataExchanged], ['hung_up', 1, 'some'])
})

test('the MCF of a block of a long page is not taken for that of the page', () => {
  const long = [{ ...drawLongPage(random), number: 1 }]
  const { end } = send(answering.silentInsteadOfMcf(1), long)
  assert.deepEqual([end?.pages, end?.dataExchanged], [0, 'unknown'])
  assert.equal(send(answering.GOOD_MACHINE, long).end?.result, 'ok')
})

test('a call without an attendant stops at each question, and time stands still while it waits', () => {
  const { call } = dial(answering.GOOD_MACHINE, plainNearEnd(plainCaller(LETTER)), { seed: 1 }).running!
  const asked: string[] = []
  for (let pausedAt = call.run(); pausedAt.kind === 'asks'; pausedAt = call.run()) {
    const { question } = pausedAt
    asked.push(
      question.kind === 'check_identity' || question.kind === 'commit_page'
        ? ''
        : `${question.kind} ${question.page}`,
    )
    const nowMs = call.nowMs
    call.answer('near', { kind: question.kind === 'announce_page' ? 'page_announced' : 'page_recorded' })
    assert.equal(call.nowMs, nowMs)
  }
  assert.deepEqual(
    asked,
    [1, 2, 3].flatMap((page) => [`announce_page ${page}`, `record_page ${page}`]),
  )
  assert.equal(call.endOf('near')?.result, 'ok')
})

test('calling machines call, and our answerer makes of each what it is', () => {
  const expected: readonly [CallingMachine, T30Result, number][] = [
    [calling.GOOD_CALLER, 'ok', 3],
    [calling.CALLER_WITHOUT_ECM, 'ok', 3],
    [calling.OLD_CALLER, 'ok', 3],
    [calling.POLLING_CALLER, 'poll_refused', 0],
    [calling.dropsWhileSending(2), 'carrier_lost', 1],
  ]
  for (const [machine, result, pages] of expected) {
    const { call, line, attendant, end, committed } = receive(machine)
    assert.ok(isOver({ call, line, attendant }), machine.name)
    assert.deepEqual([end?.result, end?.pages, committed.length], [result, pages, pages], machine.name)
    for (const [index, page] of committed.entries()) {
      assert.ok(isSamePage(LETTER[index]!, page, 'unlimited'), `${machine.name}, page ${index + 1}`)
    }
  }
})
