import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { advanceFax } from '../../../src/application/attempts/advance-fax.ts'
import type { Services } from '../../../src/application/services.ts'
import { sweep } from '../../../src/application/upkeep/sweep.ts'
import { isTerminal } from '../../../src/domain/fax/fax.ts'
import type { Upstream } from '../../../src/ports/upstream.ts'
import { Crash, type CrashPlan, crashingServices } from '../../support/crashing-services.ts'
import { recordOf, sendTo } from '../../support/faxes.ts'
import { type DoubleFax, IFaxDouble } from '../../support/ifax-double.ts'
import { addProviderAccount, createProviderServices } from '../../support/provider-services.ts'
import { whileTimePasses } from '../../support/services.ts'

const double = new IFaxDouble()
await double.listen()
const services = await createProviderServices()
double.now = () => services.clock.now()
after(async () => {
  await services.close()
  await double.close()
})
let serial = 0

/** Dies also before a request leaves, and after the provider has done it but before its answer is heard. */
function crashingUpstream(upstream: Upstream, plan: CrashPlan): Upstream {
  const step = () => {
    plan.count += 1
    if (plan.count >= plan.at) throw new Crash()
  }
  return {
    ...upstream,
    open: (provider) =>
      new Proxy(upstream.open(provider), {
        get(target, name) {
          const member = Reflect.get(target, name)
          if (typeof member !== 'function') return member
          return async (...args: unknown[]) => {
            step()
            const result = await member.apply(target, args)
            step()
            return result
          }
        },
      }),
  }
}

/** Sends one fax through a process that dies at effect `at`, and lets healthy ones finish. */
async function crashAt(at: number, script: readonly ((fax: DoubleFax) => void)[]) {
  const { scope, provider } = await addProviderAccount(services, double, { concurrency: 1 })
  serial += 1
  const to = `+1202776${String(serial).padStart(4, '0')}`
  let sent = 0
  double.onSent = (fax) => {
    assert.equal(fax.toNumber, to)
    script[Math.min(sent, script.length - 1)]!(fax)
    sent += 1
  }
  const { id } = await sendTo(services, scope, 0, { to, pages: 2 })
  services.queue.waiting.length = 0
  const plan: CrashPlan = { count: 0, at }
  const dying: Services = {
    ...crashingServices(services, plan),
    upstream: crashingUpstream(services.upstream!, plan),
  }
  // Hand-over and look, for each fax of the script.
  for (let times = 0; times < 2 * script.length && plan.count < at; times += 1) {
    const work = advanceFax(dying, { scope, faxId: id }, new AbortController().signal)
    await whileTimePasses(
      services.clock,
      work.catch(() => undefined),
    )
    await services.clock.advance(200_000)
  }
  const died = plan.count >= at
  services.queue.waiting.length = 0
  for (let round = 0; round < 4; round += 1) {
    await services.clock.advance(30_000)
    await sweep(services)
    await services.runFor(3_600_000)
  }
  const faxes = double.faxes.filter((fax) => fax.toNumber === to)
  return { died, record: await recordOf(services, scope, id), faxes, providerId: provider.id }
}

async function isFree(trunkId: string): Promise<boolean> {
  const now = new Date(services.clock.now())
  const wanted = { trunkId, faxId: 'fax_probe', places: 1, perSecond: 100, now, until: now }
  return (await services.store.asSystem((tx) => tx.trunkCalls.take(wanted))).kind === 'taken'
}

const deliver = (fax: DoubleFax) => double.finish(fax, 'delivered')
const busy = (fax: DoubleFax) => double.finish(fax, 'failed', { code: 263, message: 'USER_BUSY' })

for (const [name, script] of [
  ['a fax that is delivered', [deliver]],
  ['a fax whose line is busy once', [busy, deliver]],
] as const) {
  test(`${name} through a provider is neither lost nor sent twice, wherever its worker dies`, async (context) => {
    const ends = new Map<string, number>()
    for (let at = 1; ; at += 1) {
      const { died, record, faxes, providerId } = await crashAt(at, script)
      const { fax, attempts, journals } = record
      const delivered = faxes.filter(({ faxStatus }) => faxStatus === 'delivered').length
      const story = `effect ${at}: ${fax.status}, ${faxes.length} at the provider, ${journals.join(' | ')}`
      assert.ok(isTerminal(fax.status), `lost at ${story}`)
      assert.ok(faxes.length <= script.length, `sent twice at ${story}`)
      assert.ok(delivered <= 1, `delivered twice at ${story}`)
      if (fax.status === 'delivered') assert.equal(delivered, 1, `falsely delivered at ${story}`)
      if (delivered === 1) assert.match(fax.status, /^(delivered|outcome_unknown)$/, story)
      assert.ok(
        attempts.every(({ endedAt }) => endedAt !== null),
        `an attempt left open at ${story}`,
      )
      assert.equal(fax.leaseUntil, null, story)
      assert.ok(await isFree(providerId), `a place left taken at ${story}`)
      ends.set(fax.status, (ends.get(fax.status) ?? 0) + 1)
      if (died) continue
      context.diagnostic(`${at - 1} effects: ${[...ends].map((end) => end.join(' ')).join(', ')}`)
      assert.ok(at > 20, 'the worker has more effects than that')
      break
    }
  })
}
