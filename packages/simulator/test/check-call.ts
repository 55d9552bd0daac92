import assert from 'node:assert/strict'
import { isDamaged } from '@answerback/protocol/t30/received-page'
import type { EndedCall } from './drawn-call.ts'
import { isSamePage } from './pages.ts'

/** What no call may do, whatever the network and the far end did. @throws AssertionError that says what was broken */
export function checkCall(ended: EndedCall): void {
  checkEnd(ended)
  checkPages(ended)
  checkWord(ended)
}

/** It ends within its bound, on both sides, and leaves no timer. */
function checkEnd({ call, ledger, callerEnd, answererEnd }: EndedCall): void {
  assert.equal(call.isOverrun, false, 'the call did not end by itself')
  assert.ok(callerEnd && answererEnd, 'an end of the call did not end')
  assert.deepEqual(ledger.leaked, [], 'timers left running')
}

/** No page is other than it was sent without saying so, and none that was confirmed is damaged where ECM was on. */
function checkPages({ committed, callerEnd }: EndedCall): void {
  const { pages: confirmed, settings } = callerEnd!
  committed.slice(0, confirmed).forEach((received, index) => {
    assert.ok(!(settings?.ecm && isDamaged(received)), `page ${index + 1} is damaged in spite of ECM`)
  })
}

/**
 * How many of the fax's pages the stored ones can stand for, in order. ECM's pages have numbers; without it, a sender that
 * lost the receiver's answer sends a page again, and the receiver cannot tell: then one page may be stored twice.
 */
function storedPages({ pages, committed, callerEnd, receiverLength }: EndedCall): ReadonlySet<number> {
  const mayRepeat = !callerEnd?.settings?.ecm
  let stored = new Set([0])
  committed.forEach((received, index) => {
    const next = [...stored].flatMap((count) => (mayRepeat && count > 0 ? [count, count + 1] : [count + 1]))
    stored = new Set(
      next.filter((count) => {
        const sent = pages[count - 1]
        return sent && (isDamaged(received) || isSamePage(sent, received, receiverLength))
      }),
    )
    assert.ok(stored.size > 0, `stored page ${index + 1} was called clean and is not what was sent`)
  })
  return stored
}

/** The caller's word of the call is the truth, or says that it is not known. */
function checkWord(ended: EndedCall): void {
  const { pages, committed, confirmed, callerEnd, isIdentityRefused } = ended
  const { result, dataExchanged, pages: counted } = callerEnd!
  const stored = storedPages(ended)
  assert.equal(confirmed.length, counted, 'recorded pages')
  assert.ok(Math.max(...stored) >= counted, `confirmed ${counted} pages, stored ${committed.length}`)
  assert.equal(
    result === 'ok',
    counted === pages.length,
    `${result} with ${counted} of ${pages.length} pages`,
  )
  if (dataExchanged === 'none') assert.equal(committed.length, 0, 'pages stored of a call without data')
  const hasLast = Math.min(...stored) === pages.length && !isDamaged(committed.at(-1)!)
  // Else the fax would be sent again to someone who has it.
  if (hasLast && result !== 'ok') {
    assert.equal(dataExchanged, 'unknown', `the far end has the last page, and the caller says ${result}`)
  }
  if (isIdentityRefused) assert.deepEqual([committed.length, dataExchanged], [0, 'none'], 'identity refused')
}
