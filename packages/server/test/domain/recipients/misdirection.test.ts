import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { randomDigits } from '../../../src/domain/access/one-time-code.ts'
import { type E164, parseNumber } from '../../../src/domain/numbers/number.ts'
import {
  type FarEndIdentity,
  IDENTITIES_MAX,
  judgeIdentity,
  noteIdentity,
} from '../../../src/domain/recipients/far-end-identity.ts'
import { daysLeft, missingFactor, notifyBy } from '../../../src/domain/recipients/incident.ts'
import { misdirectionPolicy } from '../../../src/domain/recipients/misdirection.ts'
import { numbersOneSlipAway } from '../../../src/domain/recipients/near-miss.ts'
import { learnFromCall, recipientState } from '../../../src/domain/recipients/recipient.ts'

const NUMBER = '+12025550130' as E164
const AT = new Date('2030-08-31T12:00:00Z')

const someNumber = fc
  .tuple(fc.integer({ min: 2, max: 9 }), fc.stringMatching(/^\d{2}[2-9]\d{6}$/))
  .map(([first, rest]) => parseNumber(`${first}${rest}`)!)

test('a slip away is a slip back, keeps the length, and is never the number itself', () => {
  fc.assert(
    fc.property(someNumber, fc.nat(), (number, pick) => {
      const near = numbersOneSlipAway(number)
      assert.ok(!near.includes(number))
      assert.ok(near.every((each) => each.length === number.length && parseNumber(each) === each))
      assert.ok(numbersOneSlipAway(near[pick % near.length]!).includes(number))
    }),
    { numRuns: 200 },
  )
})

test('a digit another and two neighbours swapped are slips; two digits another, or swapped far apart, are none', () => {
  const near: readonly string[] = numbersOneSlipAway(NUMBER)
  for (const slip of ['+12025550131', '+12025550103', '+12025550310', '+12025551030', '+13025550130']) {
    assert.ok(near.includes(slip), slip)
  }
  for (const other of ['+12025550144', '+12025550031', '+1202555013', '+120255501300']) {
    assert.ok(!near.includes(other), other)
  }
})

const identity = (name: string, accepted = true): FarEndIdentity => ({
  name,
  firstSeenAt: AT.toISOString(),
  lastSeenAt: AT.toISOString(),
  accepted,
})

test('a far end is known by the last seven to ten digits, or by the same words', () => {
  const known = [identity('+1 202 555 0177'), identity('ZEBRA CLINIC')]
  for (const [said, verdict] of [
    ['2025550177', 'known'],
    ['0012025550177', 'known'],
    ['555 0177', 'known'],
    ['  zebra clinic', 'known'],
    // The number that was dialled needs no history.
    ['202-555-0130', 'known'],
    ['2025550199', 'contradicts'],
    ['0177', 'contradicts'],
    ['OKAPI', 'contradicts'],
    ['', 'silent'],
    [' + ', 'silent'],
    [undefined, 'silent'],
  ] as const) {
    assert.equal(judgeIdentity(known, NUMBER, said), verdict, String(said))
  }
  assert.equal(judgeIdentity([], NUMBER, '2025550199'), 'first')
  assert.equal(judgeIdentity([identity('2025550177', false)], NUMBER, '2025550199'), 'first')
})

test('whatever far ends say, the history stays short and knows what was said last', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 40 }), { maxLength: 30 }), (names) => {
      let known: FarEndIdentity[] = []
      for (const name of names) {
        known = noteIdentity(known, name, AT, true)
        assert.ok(known.length <= IDENTITIES_MAX)
        assert.ok(known.every((each) => each.name.length <= 20))
      }
    }),
    { numRuns: 100 },
  )
})

test('a confirmation counts from the last delivery, to the last day of a shorter month', () => {
  const standing = { state: 'confirmed', confirmedAt: AT, lastDeliveredAt: null } as const
  assert.equal(recipientState(standing, 6, new Date('2031-02-28T11:59:59Z')), 'confirmed')
  assert.equal(recipientState(standing, 6, new Date('2031-02-28T12:00:00Z')), 'expired')
  const delivered = { ...standing, lastDeliveredAt: new Date('2031-01-01T00:00:00Z') }
  assert.equal(recipientState(delivered, 6, new Date('2031-06-30T00:00:00Z')), 'confirmed')
  const suspended = { ...standing, state: 'suspended' } as const
  assert.equal(recipientState(suspended, 6, new Date('2040-01-01T00:00:00Z')), 'suspended')
})

test('the second answer by voice in a row suspends; a delivery in between starts anew', () => {
  assert.deepEqual(learnFromCall('no_fax_tone', 0), { voiceAnswers: 1, suspended: undefined })
  assert.deepEqual(learnFromCall('busy', 1), { voiceAnswers: 1, suspended: undefined })
  assert.deepEqual(learnFromCall('no_fax_tone', 1).suspended, 'voice_answered')
  assert.equal(learnFromCall('delivered', 1).voiceAnswers, 0)
})

test('live mode guards by itself, test mode does not, and a setting of one is none of the other', () => {
  assert.deepEqual(misdirectionPolicy(undefined, 'live').firstSend, 'hold')
  assert.deepEqual(misdirectionPolicy({ test: { firstSend: 'hold' } }, 'test').firstSend, 'hold')
  const opened = { test: { firstSend: 'allow', nearMiss: 'allow' } } as const
  assert.deepEqual(misdirectionPolicy(opened, 'live'), misdirectionPolicy({}, 'live'))
})

test('people are to be told within 60 days, and all four factors are named', () => {
  assert.equal(notifyBy(AT).toISOString(), '2030-10-30T12:00:00.000Z')
  assert.equal(daysLeft(AT, new Date('2030-10-29T12:00:01Z')), 0)
  assert.equal(daysLeft(AT, new Date('2030-10-31T12:00:00Z')), -1)
  const finding = { risk: 'low', finding: 'x' } as const
  assert.equal(missingFactor({ nature: finding, acquired: finding, mitigated: finding }), 'recipient')
})

test('every digit of a code is as likely as the others', () => {
  const counts = new Array(10).fill(0)
  const every = { bytes: () => Uint8Array.from({ length: 256 }, (_, i) => i) }
  for (const digit of randomDigits(every, 250)) counts[Number(digit)] += 1
  assert.deepEqual(counts, new Array(10).fill(25))
})
