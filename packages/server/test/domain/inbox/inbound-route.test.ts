import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findRouteMistake } from '../../../src/domain/inbox/check-inbound-route.ts'
import {
  blockOf,
  type CallFacts,
  chooseRoute,
  type InboundRoute,
  placementOf,
  type RouteActions,
  type RouteConditions,
} from '../../../src/domain/inbox/inbound-route.ts'
import { WEEKDAYS } from '../../../src/domain/time/weekly-schedule.ts'

const FROM = '+12026669999'
const AT_INVITE: CallFacts = { numberId: 'num_a', from: FROM, startedAt: new Date('2026-01-02T12:00:00Z') }
const AT_END = { ...AT_INVITE, stationId: 'ZEBRA  Clinic' }
const EXAMINED = { ...AT_END, barcodes: ['REF-0042', 'other'] }

let made = 0
function rule(conditions: RouteConditions, actions: RouteActions = { priority: 'urgent' }): InboundRoute {
  return { id: `rte_${made++}`, enabled: true, numberId: null, conditions, actions }
}

const holds = (conditions: RouteConditions, facts: CallFacts) =>
  chooseRoute([rule(conditions)], facts).route !== undefined

test('a caller fits by the whole number or by its beginning, and a withheld one by neither', () => {
  assert.ok(holds({ from: ['+12025550100', FROM] }, AT_INVITE))
  assert.ok(holds({ from: ['+1202*'] }, AT_INVITE))
  assert.ok(!holds({ from: ['+1202666999'] }, AT_INVITE))
  assert.ok(!holds({ from: ['+44*'] }, AT_INVITE))
  assert.ok(!holds({ from: ['+1*'] }, { ...AT_INVITE, from: null }))
})

test('a caller without a number is anonymous, also where the network puts a word', () => {
  for (const from of [null, 'anonymous']) assert.ok(holds({ anonymous: true }, { ...AT_INVITE, from }))
  assert.ok(!holds({ anonymous: true }, AT_INVITE))
  assert.ok(holds({ anonymous: false }, AT_INVITE))
})

test('what a machine says of itself is compared without regard to case and blanks', () => {
  assert.ok(holds({ stationId: { equals: 'zebra clinic' } }, AT_END))
  assert.ok(holds({ stationId: { contains: 'BRACL' } }, AT_END))
  assert.ok(!holds({ stationId: { equals: 'zebra' } }, AT_END))
  assert.ok(!holds({ stationId: { contains: 'zebra' } }, { ...AT_END, stationId: null }))
})

test('one of several barcodes is enough', () => {
  assert.ok(holds({ barcode: { startsWith: 'REF-' } }, EXAMINED))
  assert.ok(holds({ barcode: { equals: 'other' } }, EXAMINED))
  assert.ok(!holds({ barcode: { equals: 'ref-0042' } }, EXAMINED))
  assert.ok(!holds({ barcode: { startsWith: 'REF-' } }, { ...EXAMINED, barcodes: [] }))
})

test('all that a rule asks must hold, and a rule for one number is for that number alone', () => {
  assert.ok(holds({ from: ['+1*'], stationId: { contains: 'zebra' } }, AT_END))
  assert.ok(!holds({ from: ['+44*'], stationId: { contains: 'zebra' } }, AT_END))
  const bound = { ...rule({}), numberId: 'num_b' }
  assert.equal(chooseRoute([bound], AT_INVITE).route, undefined)
  assert.equal(chooseRoute([bound], { ...AT_INVITE, numberId: 'num_b' }).route, bound)
  assert.equal(chooseRoute([{ ...rule({}), enabled: false }], AT_INVITE).route, undefined)
})

test('a rule that waits for a fact leaves the choice open until it is known, and then goes first', () => {
  const byBarcode = rule({ barcode: { startsWith: 'REF-' } })
  const byStation = rule({ stationId: { contains: 'zebra' } })
  const routes = [byBarcode, byStation, rule({})]
  const invite = chooseRoute(routes, AT_INVITE)
  assert.equal(invite.route, routes[2])
  assert.deepEqual(
    invite.undecided.map(({ route, needs }) => [route.id, needs]),
    [
      [byBarcode.id, 'barcode'],
      [byStation.id, 'stationId'],
    ],
  )
  assert.equal(chooseRoute(routes, AT_END).route, byStation)
  assert.deepEqual(chooseRoute(routes, EXAMINED), { route: byBarcode, undecided: [] })
})

test('a rule that a known fact already fails is not waited for', () => {
  const { undecided } = chooseRoute([rule({ from: ['+44*'], barcode: { equals: 'x' } })], AT_INVITE)
  assert.deepEqual(undecided, [])
})

test('a call is refused only when no rule before the block can still take it', () => {
  const block = rule({ from: [FROM] }, { block: { reason: 'advertising' } })
  assert.equal(blockOf(chooseRoute([block], AT_INVITE))?.reason, 'advertising')
  assert.equal(
    blockOf(chooseRoute([rule({ stationId: { contains: 'zebra' } }), block], AT_INVITE)),
    undefined,
  )
  assert.equal(blockOf(chooseRoute([rule({}), block], AT_INVITE)), undefined)
  // Decided too late to refuse: what it would have kept out is marked.
  const { mark, spamReason } = placementOf(block.actions, 'mbx_a')
  assert.deepEqual([mark, spamReason], ['spam', 'advertising'])
})

const each = {
  from: fc.array(fc.constantFrom(FROM, '+1*', '+44*', '+12025550100'), { minLength: 1, maxLength: 3 }),
  anonymous: fc.boolean(),
  stationId: fc.oneof(
    fc.record({ equals: fc.constantFrom('ZEBRA', 'lion') }),
    fc.record({ contains: fc.constantFrom('z', 'q') }),
  ),
  barcode: fc.oneof(
    fc.record({ equals: fc.constantFrom('REF-1', 'x') }),
    fc.record({ startsWith: fc.constantFrom('REF', 'y') }),
  ),
  schedule: fc.record({
    timeZone: fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata'),
    days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
    from: fc.constantFrom('00:00', '08:30', '22:00'),
    to: fc.constantFrom('00:00', '06:00', '17:00'),
  }),
}
/** Few conditions as a rule: one that asks for much hardly ever holds. */
const conditions: fc.Arbitrary<RouteConditions> = fc.oneof(
  ...Object.entries(each).map(([name, value]) => fc.record<RouteConditions>({ [name]: value })),
  fc.record<RouteConditions>(each, { requiredKeys: [] }),
)
const actions: fc.Arbitrary<RouteActions> = fc.constantFrom<RouteActions>(
  { priority: 'urgent' },
  { mailboxId: 'mbx_b', assignee: 'nurse' },
  { block: { reason: 'junk' } },
  { spam: { reason: 'junk' } },
)
const routes = fc.array(
  fc.record({
    id: fc.uuid(),
    enabled: fc.constantFrom(true, true, true, false),
    numberId: fc.constantFrom(null, null, null, 'num_a', 'num_b'),
    conditions,
    actions,
  }),
  { maxLength: 8 },
)
const facts = fc.record({
  numberId: fc.constantFrom(null, 'num_a', 'num_b'),
  from: fc.constantFrom(null, FROM, '+447700900123', 'anonymous'),
  startedAt: fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
  stationId: fc.constantFrom(null, 'zebra', 'Lion'),
  barcodes: fc.array(fc.constantFrom('REF-1', 'x', 'y2'), { maxLength: 2 }),
})

/** What is known at the INVITE, at the end, and after the examination. */
function passes(all: Required<CallFacts>): CallFacts[] {
  const { stationId, barcodes: _, ...invite } = all
  return [invite, { ...invite, stationId }, all]
}

test('with everything known nothing is undecided, and the choice is the first rule that holds by itself', () => {
  fc.assert(
    fc.property(routes, facts, (list, all) => {
      const { route, undecided } = chooseRoute(list, all)
      assert.deepEqual(undecided, [])
      assert.equal(
        route,
        list.find((each) => chooseRoute([each], all).route === each),
      )
    }),
  )
})

test('a later pass only ever moves a choice forward to a rule that was undecided, and a final choice stands', () => {
  fc.assert(
    fc.property(routes, facts, (list, all) => {
      const choices = passes(all).map((known) => chooseRoute(list, known))
      for (const [at, before] of choices.entries()) {
        const after = choices[at + 1]
        if (!after) continue
        const open = before.undecided.map(({ route }) => route)
        if (open.length === 0) assert.equal(after.route, before.route)
        if (after.route !== before.route) assert.ok(open.includes(after.route!))
        // Nothing becomes undecided that was decided.
        for (const { route } of after.undecided) assert.ok(open.includes(route))
      }
    }),
  )
})

test('whatever the rules are, a call that is refused would be refused with everything known as well', () => {
  fc.assert(
    fc.property(routes, facts, (list, all) => {
      const [invite] = passes(all)
      const blocked = blockOf(chooseRoute(list, invite!))
      if (blocked) assert.equal(chooseRoute(list, all).route, blocked.route)
    }),
    { numRuns: 1_000 },
  )
})

test('whatever rule chooses, the fax has a mailbox', () => {
  fc.assert(
    fc.property(fc.option(actions, { nil: undefined }), (chosen) => {
      const placement = placementOf(chosen, 'mbx_a')
      assert.ok(placement.mailboxId === (chosen?.mailboxId ?? 'mbx_a'))
      assert.equal(placement.mark === 'spam', placement.spamReason !== null)
    }),
  )
})

test('what cannot work as a rule is named by its field', () => {
  const schedule = { timeZone: 'Mars/Olympus', days: ['mon'], from: '08:00', to: '17:00' } as const
  for (const [numberId, wrong, does, field] of [
    [null, {}, {}, 'actions'],
    [null, { from: ['2025550100'] }, { priority: 'urgent' }, 'conditions.from[0]'],
    [null, { from: ['+1*', '*'] }, { priority: 'urgent' }, 'conditions.from[1]'],
    [null, { from: ['+1*'], anonymous: true }, { priority: 'urgent' }, 'conditions.anonymous'],
    [null, { schedule }, { priority: 'urgent' }, 'conditions.schedule.timeZone'],
    [
      null,
      { schedule: { ...schedule, timeZone: 'UTC', to: '24:00' } },
      { priority: 'urgent' },
      'conditions.schedule.to',
    ],
    [null, {}, { notify: ['a@clinic.example', 'Nurse <b@clinic.example>'] }, 'actions.notify[1]'],
    [null, {}, { block: { reason: 'x' } }, 'conditions'],
    [null, { barcode: { equals: 'x' } }, { block: { reason: 'x' } }, 'conditions.barcode'],
    [null, { stationId: { equals: 'x' } }, { block: { reason: 'x' } }, 'conditions.stationId'],
    [null, { from: ['+1*'] }, { block: { reason: 'x' }, priority: 'urgent' }, 'actions.priority'],
    [null, {}, { spam: { reason: 'x' }, assignee: 'nurse' }, 'actions.assignee'],
    [null, {}, { spam: { reason: 'calls from (202) 555-0100' } }, 'actions.spam.reason'],
  ] as const) {
    assert.equal(findRouteMistake(numberId, wrong as RouteConditions, does as RouteActions)?.field, field)
  }
  assert.equal(findRouteMistake('num_a', {}, { block: { reason: 'number is off' } }), undefined)
  assert.equal(findRouteMistake(null, {}, { spam: { reason: 'all of it' }, mailboxId: 'mbx_a' }), undefined)
})
