import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  accountingOf,
  EXEMPT_PURPOSES,
  isPurpose,
  PURPOSE_CODES,
  PURPOSES,
} from '../../../src/domain/fax/purpose.ts'

test('an account leaves out treatment, payment, operations, what goes to the patient, and what goes to who cares for them', () => {
  assert.deepEqual(EXEMPT_PURPOSES, ['TREAT', 'ETREAT', 'HPAYMT', 'HOPERAT', 'PATRQT', 'FAMRQT'])
  for (const purpose of PURPOSE_CODES) {
    const { isAccountable, because } = accountingOf(purpose)
    assert.equal(isAccountable, !EXEMPT_PURPOSES.includes(purpose), purpose)
    assert.match(because, /45 CFR 164\.528\(a\)\(1\)/)
  }
})

test('what was sent for a reason nobody gave is accounted for, and says so', () => {
  assert.deepEqual(accountingOf(null), {
    isAccountable: true,
    because: 'Nobody said why it was sent, so it is accounted for.',
  })
})

test('each purpose that is accounted for names the clause by which such a fax may be sent', () => {
  for (const purpose of PURPOSE_CODES) {
    if (EXEMPT_PURPOSES.includes(purpose)) continue
    assert.match(PURPOSES[purpose].statement, /, 45 CFR 164\.512\([a-l]\)/, purpose)
  }
})

test('a word that is no code is no purpose, whatever objects have by nature', () => {
  for (const word of ['treat', 'toString', '', null, undefined, 7]) assert.equal(isPurpose(word), false)
  for (const purpose of PURPOSE_CODES) assert.equal(isPurpose(purpose), true)
})
