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
function checkPages({ pages, committed, callerEnd, receiverLength }: EndedCall): void {
  assert.ok(committed.length <= pages.length, `${committed.length} pages stored of ${pages.length}`)
  const { pages: confirmed, settings } = callerEnd!
  committed.forEach((received, index) => {
    if (isDamaged(received)) {
      const isConfirmed = index < confirmed
      assert.ok(!(isConfirmed && settings?.ecm), `page ${index + 1} is damaged in spite of ECM`)
    } else {
      assert.ok(
        isSamePage(pages[index]!, received, receiverLength),
        `page ${index + 1} was called clean and is not what was sent`,
      )
    }
  })
}

/** The caller's word of the call is the truth, or says that it is not known. */
function checkWord({ pages, committed, confirmed, callerEnd, isIdentityRefused }: EndedCall): void {
  const { result, dataExchanged, pages: counted } = callerEnd!
  assert.equal(confirmed.length, counted, 'recorded pages')
  assert.ok(counted <= committed.length, `confirmed ${counted} pages, stored ${committed.length}`)
  assert.equal(
    result === 'ok',
    counted === pages.length,
    `${result} with ${counted} of ${pages.length} pages`,
  )
  if (dataExchanged === 'none') assert.equal(committed.length, 0, 'pages stored of a call without data')
  const last = committed[pages.length - 1]
  // Else the fax would be sent again to someone who has it.
  if (last && !isDamaged(last) && result !== 'ok') {
    assert.equal(dataExchanged, 'unknown', `the far end has the last page, and the caller says ${result}`)
  }
  if (isIdentityRefused) assert.deepEqual([committed.length, dataExchanged], [0, 'none'], 'identity refused')
}
