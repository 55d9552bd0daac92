import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../support/database.ts'
import { recordOf, sendTo } from '../../support/faxes.ts'
import { createTestServices } from '../../support/services.ts'

const DAY_MS = 86_400_000
const services = await createTestServices(await testDatabase())
after(() => services.close())
const scope = await services.addAccount()

interface Outcome {
  readonly code: number
  readonly pages?: number
  readonly status: string
  readonly disposition: string
  readonly dispositions: readonly string[]
  readonly pagesConfirmed: number
  /** Of the calls that came to T.30. */
  readonly t30Result?: string
  /** Between the starts of the first two calls. */
  readonly firstDelaySeconds?: number
}

const repeated = (disposition: string, count: number) => Array.from({ length: count }, () => disposition)

const OUTCOMES: readonly Outcome[] = [
  {
    code: 0,
    pages: 3,
    status: 'delivered',
    disposition: 'delivered',
    dispositions: ['delivered'],
    t30Result: 'ok',
    pagesConfirmed: 3,
  },
  {
    code: 1,
    status: 'failed',
    disposition: 'busy',
    dispositions: repeated('busy', 12),
    pagesConfirmed: 0,
    firstDelaySeconds: 180,
  },
  {
    code: 2,
    status: 'failed',
    disposition: 'no_answer',
    dispositions: repeated('no_answer', 12),
    pagesConfirmed: 0,
    firstDelaySeconds: 300,
  },
  {
    code: 3,
    status: 'failed',
    disposition: 'no_fax_tone',
    dispositions: repeated('no_fax_tone', 2),
    t30Result: 'no_dis',
    pagesConfirmed: 0,
    firstDelaySeconds: 300,
  },
  {
    code: 4,
    status: 'failed',
    disposition: 'number_unassigned',
    dispositions: ['number_unassigned'],
    pagesConfirmed: 0,
  },
  {
    code: 5,
    pages: 3,
    status: 'partially_delivered',
    disposition: 'call_dropped',
    dispositions: repeated('call_dropped', 3),
    t30Result: 'carrier_lost',
    pagesConfirmed: 1,
    firstDelaySeconds: 300,
  },
  {
    code: 5,
    pages: 1,
    status: 'failed',
    disposition: 'call_dropped',
    dispositions: repeated('call_dropped', 3),
    t30Result: 'carrier_lost',
    pagesConfirmed: 0,
  },
  {
    code: 6,
    status: 'delivered',
    disposition: 'delivered',
    dispositions: ['busy', 'busy', 'delivered'],
    t30Result: 'ok',
    pagesConfirmed: 1,
    firstDelaySeconds: 180,
  },
  {
    code: 7,
    pages: 2,
    status: 'delivered',
    disposition: 'delivered',
    dispositions: ['delivered'],
    t30Result: 'ok',
    pagesConfirmed: 2,
  },
  {
    code: 8,
    status: 'failed',
    disposition: 'congestion',
    dispositions: repeated('congestion', 12),
    pagesConfirmed: 0,
    firstDelaySeconds: 300,
  },
  {
    code: 9,
    status: 'failed',
    disposition: 'training_failed',
    dispositions: repeated('training_failed', 12),
    t30Result: 'training_failed',
    pagesConfirmed: 0,
    firstDelaySeconds: 60,
  },
  {
    code: 11,
    status: 'failed',
    disposition: 'carrier_down',
    dispositions: repeated('carrier_down', 12),
    pagesConfirmed: 0,
    firstDelaySeconds: 300,
  },
  {
    code: 12,
    pages: 2,
    status: 'outcome_unknown',
    disposition: 'outcome_unknown',
    dispositions: ['outcome_unknown'],
    t30Result: 'carrier_lost',
    pagesConfirmed: 1,
  },
  {
    code: 55,
    status: 'failed',
    disposition: 'number_unassigned',
    dispositions: ['number_unassigned'],
    pagesConfirmed: 0,
  },
]

for (const outcome of OUTCOMES) {
  const { code, pages = 1 } = outcome
  const number = `555-01${String(code).padStart(2, '0')}`
  test(`a fax of ${pages} pages to ${number} ends ${outcome.status} after ${outcome.dispositions.length} calls`, async () => {
    const { id } = await sendTo(services, scope, code, { pages })
    await services.runFor(DAY_MS)
    const { fax, attempts, events } = await recordOf(services, scope, id)
    assert.equal(fax.status, outcome.status)
    assert.equal(fax.disposition, outcome.disposition)
    assert.equal(fax.pagesConfirmed, outcome.pagesConfirmed)
    assert.deepEqual(
      attempts.map((attempt) => attempt.disposition),
      outcome.dispositions,
    )
    assert.ok(attempts.every((attempt) => attempt.line === 'sandbox'))
    assert.ok(
      attempts.every(
        (attempt) => attempt.t30Result === (outcome.t30Result ?? null) || attempt.disposition === 'busy',
      ),
    )
    assert.equal(events.at(-1)?.type, `fax.${outcome.status}`)
    assert.deepEqual(
      events.map((event) => event.sequence),
      events.map((_, index) => index + 1),
    )
    if (outcome.firstDelaySeconds !== undefined) {
      const [first, second] = attempts
      const waitedMs = second!.startedAt.getTime() - first!.endedAt!.getTime()
      assert.equal(Math.floor(waitedMs / 1000), outcome.firstDelaySeconds)
    }
  })
}

test('a resumed call sends only the pages the far end has not confirmed', async () => {
  const { id } = await sendTo(services, scope, 5, { pages: 3, area: 303 })
  await services.runFor(DAY_MS)
  const { journals, attempts } = await recordOf(services, scope, id)
  assert.deepEqual(journals, [
    '1: dialing connected page_sending(1) page_confirmed(1) page_sending(2)',
    '2: dialing connected page_sending(2)',
    '3: dialing connected page_sending(2)',
  ])
  assert.deepEqual(
    attempts.map((attempt) => attempt.firstPage),
    [1, 2, 2],
  )
})

test('the closing page is journalled as such before it leaves', async () => {
  const { id } = await sendTo(services, scope, 0, { pages: 2, area: 303 })
  await services.runDue()
  const { journals } = await recordOf(services, scope, id)
  assert.deepEqual(journals, [
    '1: dialing connected page_sending(1) page_confirmed(1) final_page_sending(2) page_confirmed(2)',
  ])
})

test("migrants' test numbers are played: InterFAX's by its code, Sinch's always delivered", async () => {
  const ends = []
  for (const to of ['+999-9999-0', '00999-9999-6017', '+999-9999-3930', '+19898989898']) {
    const { id } = await sendTo(services, scope, 0, { to })
    await services.runFor(DAY_MS)
    const { fax, attempts } = await recordOf(services, scope, id)
    ends.push(`${fax.status} ${fax.disposition} ${attempts[0]?.t30Result}`)
  }
  assert.deepEqual(ends, [
    'delivered delivered ok',
    'failed busy null',
    'failed remote_disconnect disconnected_before_page',
    'delivered delivered ok',
  ])
})

test('every transition is in the audit, with the actor of the request first', async () => {
  const { id } = await sendTo(services, scope, 6, { area: 404 })
  await services.runFor(DAY_MS)
  const { audit } = await recordOf(services, scope, id)
  assert.deepEqual(audit, [
    'fax.accepted',
    'fax.preparing',
    'fax.sending',
    'fax.retrying',
    'fax.sending',
    'fax.retrying',
    'fax.sending',
    'fax.delivered',
  ])
})
