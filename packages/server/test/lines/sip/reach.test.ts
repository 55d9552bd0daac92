import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { after, test } from 'node:test'
import { Engine } from '../../../src/adapters/lines/sip/engine/engine.ts'
import type { EngineEvent } from '../../../src/adapters/lines/sip/engine/engine-messages.ts'
import { probeTrunk } from '../../../src/adapters/lines/sip/probe-trunk.ts'
import { TrunkNewsBoard } from '../../../src/adapters/lines/sip/trunk-news.ts'
import { sipTrunk } from '../../../src/adapters/lines/sip/trunk-profile.ts'
import { SystemClock } from '../../../src/adapters/system/clock.ts'
import type { TrunkSettings } from '../../../src/domain/trunks/trunk.ts'
import { recordingLogger } from '../../support/log.ts'
import { engineSettings } from './engine-pair.ts'
import { openTrunkOf } from './open-trunk.ts'

/** Hears every datagram and connection on loopback: the engine here may send to public addresses alone. */
let heard = 0
const udp = createSocket('udp4').on('message', () => {
  heard += 1
})
await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve))
const { port } = udp.address()
const tcp = createServer(() => {
  heard += 1
})
await new Promise<void>((resolve) => tcp.listen(port, '127.0.0.1', resolve))
after(() => {
  udp.close()
  tcp.close()
})

const settings = { ...engineSettings({ firstPort: 37_000, lastPort: 37_050 }), reach: {} }
const news = new TrunkNewsBoard(new SystemClock(), recordingLogger().log)

const HOSTS = ['127.0.0.1', 'localhost', '127.0.0.2', '0.0.0.0', '10.255.255.1', '169.254.169.254']
const trunks: Partial<TrunkSettings>[] = [
  ...HOSTS.map((host) => ({ host, port })),
  { outboundProxy: `127.0.0.1:${port}` },
  { outboundProxy: `localhost:${port}` },
  { outboundProxy: `[::ffff:127.0.0.1]:${port}` },
].flatMap((where) => (['udp', 'tcp', 'tls'] as const).map((transport) => ({ ...where, transport })))

test('the engine sends nothing to a trunk inside that the operator did not list', async () => {
  const events: EngineEvent[] = []
  const engine = await Engine.open(settings, (event) => events.push(event))
  const registering = { registration: 'register', username: 'zebra' } as const
  for (const [index, where] of trunks.entries()) {
    const trunk = sipTrunk(openTrunkOf(`trk_${index}`, { ...registering, ...where }))
    engine.take({ kind: 'set_trunk', trunk })
  }
  const failures = () => events.filter((event) => event.kind === 'trunk').length
  for (const startMs = performance.now(); failures() < trunks.length; ) {
    assert.ok(performance.now() - startMs < 5_000, `${failures()} of ${trunks.length} were refused`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  engine.close()
  assert.equal(heard, 0)
})

test('the probe tells that the host is refused, and connects to nobody', async () => {
  for (const where of trunks) {
    const checks = await probeTrunk(
      openTrunkOf('trk_1', where),
      settings,
      news.watch('trk_1'),
      new AbortController().signal,
    )
    const last = checks.at(-1)
    assert.deepEqual([last?.name, last?.outcome], ['dns', 'failed'], JSON.stringify(where))
    assert.match(last?.fix ?? '', /ANSWERBACK_ALLOWED_PRIVATE_HOSTS/)
  }
  assert.equal(heard, 0)
})

test('the canary hears a trunk that the operator listed', async () => {
  const engine = await Engine.open({ ...settings, reach: { allowedHosts: ['127.0.0.1'] } }, () => undefined)
  engine.take({ kind: 'set_trunk', trunk: sipTrunk(openTrunkOf('trk_1', { host: '127.0.0.1', port })) })
  for (const startMs = performance.now(); heard === 0; ) {
    assert.ok(performance.now() - startMs < 5_000, 'nothing was heard')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  engine.close()
})
