import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concludeAttempt, type HangUpReason } from '../../../src/domain/attempts/attempt-end.ts'
import { type JournalEntry, readAfterCrash } from '../../../src/domain/attempts/journal.ts'
import { type CallEnd, DISPOSITIONS, type Disposition } from '../../../src/domain/fax/disposition.ts'

/** The journal of a call that sends pages `first` to `last` and gets every confirmation. */
function wholeJournal(first: number, last: number): JournalEntry[] {
  const entries: JournalEntry[] = [{ kind: 'dialing' }, { kind: 'connected' }]
  for (let page = first; page <= last; page += 1) {
    entries.push({ kind: page === last ? 'final_page_sending' : 'page_sending', page })
    entries.push({ kind: 'page_confirmed', page })
  }
  return entries
}

const span = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.nat(8))
  .map(([first, more]) => [first, first + more] as const)
const told: fc.Arbitrary<CallEnd | undefined> = fc.option(
  fc.record({
    disposition: fc.constantFrom(...(Object.keys(DISPOSITIONS) as Disposition[])),
    dataExchanged: fc.constantFrom('none', 'some', 'unknown'),
  }),
  { nil: undefined },
)
const hungUp = fc.option(
  fc.constantFrom<HangUpReason>('cancel', 'deadline', 'stopping', 'too_long', 'lease_lost'),
  { nil: undefined },
)

test('read after a crash, a journal says delivered, unknown or lost by how far it came, at every prefix', () => {
  fc.assert(
    fc.property(span, ([first, last]) => {
      const whole = wholeJournal(first, last)
      for (let length = 1; length <= whole.length; length += 1) {
        const prefix = whole.slice(0, length)
        const { end, pagesConfirmed } = readAfterCrash(prefix, last)
        const expected =
          length === whole.length
            ? 'delivered'
            : length === whole.length - 1
              ? 'outcome_unknown'
              : 'worker_lost'
        assert.equal(end.disposition, expected, `after ${length} of ${whole.length} entries`)
        assert.equal(
          end.dataExchanged,
          length <= 2 ? 'none' : expected === 'outcome_unknown' ? 'unknown' : 'some',
        )
        assert.equal(pagesConfirmed, prefix.filter(({ kind }) => kind === 'page_confirmed').length)
      }
    }),
  )
})

test('an attempt is delivered exactly when its closing confirmation is in the journal, whatever the line says', () => {
  fc.assert(
    fc.property(span, fc.nat(30), told, hungUp, ([first, last], cut, word, reason) => {
      const whole = wholeJournal(first, last)
      const prefix = whole.slice(0, 1 + (cut % whole.length))
      const { end } = concludeAttempt(prefix, last, word, reason)
      assert.equal(end.disposition === 'delivered', prefix.length === whole.length)
    }),
  )
})

test('pages on the line are never reported as no data exchanged', () => {
  fc.assert(
    fc.property(span, fc.nat(30), told, hungUp, ([first, last], cut, word, reason) => {
      const whole = wholeJournal(first, last)
      const prefix = whole.slice(0, 1 + (cut % whole.length))
      const { end } = concludeAttempt(prefix, last, word, reason)
      if (prefix.length > 2) assert.notEqual(end.dataExchanged, 'none')
    }),
  )
})

test('a line that says nothing after the closing page left makes the outcome unknown, not failed', () => {
  const entries = wholeJournal(1, 2).slice(0, -1)
  for (const reason of [undefined, 'cancel', 'deadline', 'stopping'] as const) {
    assert.equal(concludeAttempt(entries, 2, undefined, reason).end.disposition, 'outcome_unknown')
  }
})

test('why we hung up is what the attempt is called', () => {
  const canceled: CallEnd = { disposition: 'canceled', dataExchanged: 'none' }
  const called = (reason?: HangUpReason) =>
    concludeAttempt([{ kind: 'dialing' }], 1, canceled, reason).end.disposition
  assert.equal(called('cancel'), 'canceled')
  assert.equal(called('deadline'), 'expired')
  assert.equal(called('stopping'), 'worker_lost')
  assert.equal(called('too_long'), 'call_dropped')
  assert.equal(called(), 'local_fault')
})
