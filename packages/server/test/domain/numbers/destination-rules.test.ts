import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeId } from '../../../src/adapters/system/identifier.ts'
import { idFloor } from '../../../src/domain/id-time.ts'
import { refusalOf } from '../../../src/domain/numbers/destination-rules.ts'
import type { E164 } from '../../../src/domain/numbers/number.ts'
import { exceededQuota, QUOTA_NAMES, tighterQuotas } from '../../../src/domain/quota.ts'

const refused = (number: string, ...rules: Parameters<typeof refusalOf>[1]) =>
  refusalOf(number as E164, rules, false)

test('premium and satellite ranges are closed unless the operator opens them', () => {
  const premium = [
    '+19005550100',
    '+12129765555',
    '+9791234567',
    '+881612345678',
    '+88216123456',
    '+8707712345',
  ]
  const abroad = [
    '+449098790000',
    '+447012345678',
    '+499001234567',
    '+33891234567',
    '+41900123456',
    '+61190123456',
  ]
  for (const number of [...premium, ...abroad]) {
    assert.equal(refused(number), 'premium', number)
    assert.equal(refusalOf(number as E164, [], true), undefined, number)
  }
  const plain = [
    '+12025550142',
    '+19765550100',
    '+12129755555',
    '+442079460000',
    '+4930123456',
    '+33123456789',
  ]
  for (const number of plain) assert.equal(refused(number), undefined, number)
})

test('both the operator and the account must let a number through', () => {
  assert.equal(refused('+442079460000', { allowed: ['+1'] }), 'not_allowed')
  assert.equal(refused('+442079460000', { allowed: ['+1', '+44'] }, { allowed: ['+1'] }), 'not_allowed')
  assert.equal(refused('+442079460000', { allowed: ['+44'] }, { blocked: ['+4420'] }), 'blocked')
  assert.equal(refused('+442079460000', { blocked: ['+4420'] }, { allowed: ['+4420'] }), 'blocked')
  assert.equal(refused('+442079460000', { allowed: [] }, undefined), undefined)
})

test('an account’s quota only tightens', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.integer({ min: 1 }), (operator, account) => {
      const { faxesPerDay } = tighterQuotas({ faxesPerDay: operator }, { faxesPerDay: account })
      assert.equal(faxesPerDay, Math.min(operator, account))
    }),
  )
  assert.deepEqual(tighterQuotas({}, { pagesPerDay: 3 }), { pagesPerDay: 3 })
  assert.deepEqual(tighterQuotas({}), {})
})

test('a quota takes what just fills it, and nothing beyond', () => {
  const none = { faxesPerDay: 0, pagesPerDay: 0, newNumbersPerHour: 0, uploadMegabytesPerDay: 0 }
  for (const name of QUOTA_NAMES) {
    assert.equal(exceededQuota({ [name]: 3 }, { ...none, [name]: 2 }, { [name]: 1 }), undefined)
    assert.equal(exceededQuota({ [name]: 3 }, { ...none, [name]: 3 }, { [name]: 1 }), name)
    assert.equal(exceededQuota({ [name]: 3 }, { ...none, [name]: 3 }, { [name]: 0 }), name)
    assert.equal(exceededQuota({ [name]: 3 }, { ...none, [name]: 9 }, {}), undefined)
  }
})

test('an identifier lies above the floor of its time and below the next one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 47 }),
      fc.uint8Array({ minLength: 10, maxLength: 10 }),
      (at, random) => {
        const id = encodeId('fax', at, random)
        assert.ok(id >= idFloor('fax', at) && id < idFloor('fax', at + 1))
      },
    ),
  )
})
