import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { advanceFax } from '../../../src/application/attempts/advance-fax.ts'
import { sweep } from '../../../src/application/upkeep/sweep.ts'
import { isTerminal } from '../../../src/domain/fax/fax.ts'
import { addLiveAccount } from '../../support/any-number.ts'
import { type CrashPlan, crashingServices, FarEnd } from '../../support/crashing-services.ts'
import { testDatabase } from '../../support/database.ts'
import { recordOf, sendTo } from '../../support/faxes.ts'
import { createTestServices, whileTimePasses } from '../../support/services.ts'
import { addTrunk, TrunkLine } from '../../support/trunk-line.ts'

const DAY_MS = 86_400_000
const line = new TrunkLine()
line.script('down', { disposition: 'carrier_down', dataExchanged: 'none', sipStatus: 503 })
const farEnd = new FarEnd()
const services = await createTestServices(await testDatabase(), { lines: [farEnd.recording(line)] })
after(() => services.close())
let serial = 0

/** Sends one fax, whose first trunk is down, through a worker that dies at effect `at`; healthy workers finish. */
async function crashAt(at: number) {
  const scope = await addLiveAccount(services)
  const trunkIds = [
    await addTrunk(services, scope, { name: 'down', order: 1, concurrency: 1 }),
    await addTrunk(services, scope, { name: 'up', order: 2, concurrency: 1 }),
  ]
  serial += 1
  const to = `+1202777${String(serial).padStart(4, '0')}`
  const { id } = await sendTo(services, scope, 0, { to, pages: 2 })
  services.queue.waiting.length = 0
  const plan: CrashPlan = { count: 0, at }
  const dying = crashingServices(services, plan)
  // The call that is down, and the one that takes over, in the same process.
  const work = async () => {
    for (let call = 0; call < 2; call += 1)
      await advanceFax(dying, { scope, faxId: id }, new AbortController().signal)
  }
  const died = await whileTimePasses(
    services.clock,
    work().then(
      () => plan.count >= at,
      () => true,
    ),
  )
  services.queue.waiting.length = 0
  for (let round = 0; round < 6; round += 1) {
    await services.clock.advance(30_000)
    await sweep(services)
    await services.runFor(DAY_MS)
  }
  return {
    died,
    record: await recordOf(services, scope, id),
    closings: farEnd.closingConfirmations.get(to) ?? 0,
    trunkIds,
  }
}

async function isFree(trunkId: string): Promise<boolean> {
  const now = new Date(services.clock.now())
  const wanted = { trunkId, faxId: 'fax_probe', places: 1, perSecond: 100, now, until: now }
  return (await services.store.asSystem((tx) => tx.trunkCalls.take(wanted))).kind === 'taken'
}

test('a fax that changes trunks is neither lost nor delivered twice, and no trunk stays taken, wherever its worker dies', async (context) => {
  const ends = new Map<string, number>()
  for (let at = 1; ; at += 1) {
    const { died, record, closings, trunkIds } = await crashAt(at)
    const { fax, attempts, journals } = record
    const story = `effect ${at}: ${fax.status}, far end confirmed ${closings}x, ${journals.join(' | ')}`
    assert.ok(isTerminal(fax.status), `lost at ${story}`)
    assert.ok(closings <= 1, `delivered twice at ${story}`)
    if (closings === 1) assert.match(fax.status, /^(delivered|outcome_unknown)$/, story)
    for (const { failedOver, dataExchanged } of attempts) {
      if (failedOver) assert.equal(dataExchanged, 'none', story)
    }
    for (const trunkId of trunkIds) assert.ok(await isFree(trunkId), `a trunk left taken at ${story}`)
    ends.set(fax.status, (ends.get(fax.status) ?? 0) + 1)
    if (died) continue
    context.diagnostic(`${at - 1} effects: ${[...ends].map((end) => end.join(' ')).join(', ')}`)
    assert.ok(at > 20, 'the worker has more effects than that')
    break
  }
})
