import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { advanceFax } from '../../../src/application/attempts/advance-fax.ts'
import { sweep } from '../../../src/application/upkeep/sweep.ts'
import { isTerminal } from '../../../src/domain/fax/fax.ts'
import { type CrashPlan, crashingServices, FarEnd } from '../../support/crashing-services.ts'
import { testDatabase } from '../../support/database.ts'
import { recordOf, sendTo } from '../../support/faxes.ts'
import { createTestServices, whileTimePasses } from '../../support/services.ts'

const DAY_MS = 86_400_000
const farEnd = new FarEnd()
const services = await createTestServices(await testDatabase())
after(() => services.close())
const recorded = { ...services, lines: services.lines.map((line) => farEnd.recording(line)) }
services.queue.handlers.set('advance-fax', (job, signal) =>
  advanceFax(recorded, { scope: job.scope, faxId: job.subjectId }, signal),
)
let area = 200

/** Sends one fax through a worker that dies at effect `at`, and lets healthy workers finish. Tells whether it died. */
async function crashAt(at: number, code: number, pages: number) {
  const scope = await services.addAccount()
  area += 1
  const to = `+1${area}55501${String(code).padStart(2, '0')}`
  const { id } = await sendTo(services, scope, code, { pages, area })
  services.queue.waiting.length = 0
  const plan: CrashPlan = { count: 0, at }
  const dying = crashingServices(recorded, plan)
  const died = await whileTimePasses(
    services.clock,
    advanceFax(dying, { scope, faxId: id }, new AbortController().signal).then(
      () => plan.count >= at,
      () => true,
    ),
  )
  // Whatever the dying process enqueued in a transaction that did not commit is gone with it; the sweep stands in for all.
  services.queue.waiting.length = 0
  for (let round = 0; round < 20; round += 1) {
    await services.clock.advance(30_000)
    await sweep(recorded)
    await services.runFor(DAY_MS)
  }
  const record = await recordOf(services, scope, id)
  return { died, record, closings: farEnd.closingConfirmations.get(to) ?? 0 }
}

const SCENARIOS = [
  { name: 'a fax of two pages that is delivered', code: 0, pages: 2 },
  { name: 'a fax whose call drops in its second page', code: 5, pages: 2 },
  { name: 'a fax whose line is busy twice', code: 6, pages: 1 },
]

for (const { name, code, pages } of SCENARIOS) {
  test(`${name} is neither lost nor delivered twice, wherever its worker dies`, async (context) => {
    const ends = new Map<string, number>()
    let at = 1
    for (; ; at += 1) {
      const { died, record, closings } = await crashAt(at, code, pages)
      const { fax, attempts, journals } = record
      const story = `effect ${at}: ${fax.status}, far end confirmed ${closings}x, ${journals.join(' | ')}`
      assert.ok(isTerminal(fax.status), `lost at ${story}`)
      assert.ok(closings <= 1, `delivered twice at ${story}`)
      if (fax.status === 'delivered') assert.equal(closings, 1, `falsely delivered at ${story}`)
      if (closings === 1) assert.match(fax.status, /^(delivered|outcome_unknown)$/, story)
      assert.ok(
        attempts.every((attempt) => attempt.endedAt !== null),
        `an attempt left open at ${story}`,
      )
      assert.equal(fax.leaseUntil, null, `a lease left at ${story}`)
      ends.set(fax.status, (ends.get(fax.status) ?? 0) + 1)
      if (!died) break
    }
    context.diagnostic(
      `${at - 1} effects: ${[...ends].map(([status, count]) => `${status} ${count}`).join(', ')}`,
    )
    assert.ok(at > 10, 'the worker has more effects than that')
  })
}
