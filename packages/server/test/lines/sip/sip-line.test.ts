import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { SipLine } from '../../../src/adapters/lines/sip/sip-line.ts'
import { SystemClock } from '../../../src/adapters/system/clock.ts'
import type { CallEnd } from '../../../src/domain/fax/disposition.ts'
import { DEFAULT_PROFILE } from '../../../src/domain/trunks/trunk.ts'
import type {
  InboundCall,
  InboundCalls,
  InboundDecision,
  ReceivedPage,
} from '../../../src/ports/inbound-calls.ts'
import type { CallObserver, OpenTrunk, OutboundCall } from '../../../src/ports/line.ts'
import { recordingLogger } from '../../support/log.ts'
import { engineSettings, testPages } from './engine-pair.ts'
import { openTrunkOf, outboundCall } from './open-trunk.ts'

const HOST = '127.0.0.1'
const WAIT_LIMIT_MS = 10_000
const PORT_TRIES = 5
const QUIET: CallObserver = {
  connected: async () => undefined,
  pageSending: async () => undefined,
  pageConfirmed: async () => undefined,
}

/** A line with its thread, trunks that a test sets, and an account that takes every call. */
class TestLine implements InboundCalls {
  readonly clock = new SystemClock()
  readonly logger = recordingLogger()
  readonly asked: InboundCall[] = []
  readonly pages: ReceivedPage[] = []
  readonly ends: CallEnd[] = []
  readonly port: number
  trunks: readonly OpenTrunk[] = []
  decision: InboundDecision = {
    kind: 'accept',
    receptionId: 'inb_1',
    answerer: { stationId: '555 0101', ecm: true, maxBitRate: 14_400, resolutions: ['fine'] },
  }
  line!: SipLine

  private constructor(port: number) {
    this.port = port
  }

  static async open(firstPort: number, trunks: readonly OpenTrunk[] = []): Promise<TestLine> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await TestLine.#openOn(await freePort(), firstPort, trunks)
      } catch (error) {
        // Between looking for a free port and taking it, another test may take it.
        if (tries === PORT_TRIES) throw error
      }
    }
  }

  static async #openOn(port: number, firstPort: number, trunks: readonly OpenTrunk[]): Promise<TestLine> {
    const test = new TestLine(port)
    test.trunks = trunks
    test.line = await SipLine.open({
      settings: engineSettings({ firstPort, lastPort: firstPort + 98 }, { port: test.port }),
      directory: { list: async () => test.trunks },
      inbound: test,
      clock: test.clock,
      log: test.logger.log,
    })
    return test
  }

  /** A call of one page of 60 rows. */
  place(key: string, trunk: OpenTrunk, signal = new AbortController().signal): Promise<CallEnd> {
    return this.line.place(shortCall(key, trunk), QUIET, signal)
  }

  async accept(call: InboundCall): Promise<InboundDecision> {
    this.asked.push(call)
    return this.decision
  }

  async pageReceived(_receptionId: string, page: ReceivedPage): Promise<void> {
    this.pages.push(page)
  }

  async ended(_receptionId: string, end: CallEnd): Promise<void> {
    this.ends.push(end)
  }

  /** A bug in the thread, planted: an order that no server gives. */
  crash(trunk: OpenTrunk): Promise<CallEnd> {
    const call = outboundCall('att_crash', trunk)
    const broken = { ...call, trunk: { ...call.trunk, dialledNumber: null as never } }
    return this.line.place(broken, QUIET, new AbortController().signal)
  }
}

function shortCall(key: string, trunk: OpenTrunk): OutboundCall {
  const [page] = testPages(1, 60)
  const { number, ...coded } = page!
  const pages = [{ number, page: { ...coded, resolution: 'fine', kind: 'bilevel' } as const }]
  return { ...outboundCall(key, trunk), pages }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, HOST)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

function trunkTo(port: number, id = 'trk_1'): OpenTrunk {
  const inbound = { allowedSources: [HOST], dids: ['*'] }
  return openTrunkOf(id, { host: HOST, port, inbound, profile: { ...DEFAULT_PROFILE, t38: 'offer' } })
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const startMs = performance.now(); !isSo(); ) {
    assert.ok(performance.now() - startMs < WAIT_LIMIT_MS, `${what} did not happen`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function pair(
  firstPort: number,
  run: (caller: TestLine, answerer: TestLine, trunk: OpenTrunk) => Promise<void>,
): Promise<void> {
  const answerer = await TestLine.open(firstPort, [trunkTo(9)])
  try {
    const caller = await TestLine.open(firstPort + 100)
    try {
      await run(caller, answerer, trunkTo(answerer.port))
    } finally {
      await caller.line.close()
    }
  } finally {
    await answerer.line.close()
  }
}

describe('Two lines with their threads', { concurrency: true, timeout: 60_000 }, () => {
  it('fax a page in real time, and the answerer drains before it closes', async () => {
    await pair(34_000, async (caller, answerer, trunk) => {
      const placed = caller.place('att_1', trunk)
      await until('the answer', () => answerer.asked.length > 0)
      const startMs = performance.now()
      const closed = answerer.line.close(40_000)
      const end = await placed
      assert.equal(end.disposition, 'delivered', JSON.stringify(end))
      await closed
      assert.ok(performance.now() - startMs > 5_000, 'it waited for the call that was up')
      assert.deepEqual(
        answerer.pages.map(({ number, rows, quality }) => ({ number, rows, quality })),
        [{ number: 1, rows: 60, quality: 'clean' }],
      )
      assert.deepEqual(Buffer.from(answerer.pages[0]!.t6), Buffer.from(testPages(1, 60)[0]!.t6))
      assert.deepEqual(
        answerer.ends.map(({ disposition }) => disposition),
        ['delivered'],
      )
    })
  })

  it('send new calls elsewhere while they drain', async () => {
    await pair(34_200, async (caller, answerer, trunk) => {
      const first = new AbortController()
      const placed = caller.place('att_1', trunk, first.signal)
      await until('the answer', () => answerer.asked.length > 0)
      const closed = answerer.line.close(20_000)
      const second = await caller.place('att_2', trunk)
      assert.deepEqual([second.disposition, second.sipStatus], ['congestion', 503])
      first.abort()
      assert.equal((await placed).disposition, 'canceled')
      await closed
    })
  })

  it('refuse a call from an address that is no trunk’s', async () => {
    await pair(34_400, async (caller, answerer, trunk) => {
      answerer.trunks = []
      // Longer than the line believes what it last read of the trunks.
      await new Promise((resolve) => setTimeout(resolve, 5_500))
      const end = await caller.place('att_1', trunk)
      assert.deepEqual([end.disposition, end.sipStatus], ['rejected', 403])
      assert.deepEqual(answerer.asked, [])
    })
  })

  it('take up calls again, both ways, after a thread died', async () => {
    await pair(34_600, async (caller, answerer, trunk) => {
      answerer.decision = { kind: 'refuse', sipStatus: 486, reason: 'number' }
      caller.decision = { kind: 'refuse', sipStatus: 480, reason: 'number' }
      caller.trunks = [trunkTo(9, 'trk_in')]
      const waiting = caller.place('att_1', trunkTo(await freePort(), 'trk_silent'))
      const [crashed, cutOff] = await Promise.allSettled([caller.crash(trunk), waiting])
      assert.equal(crashed.status, 'rejected')
      assert.equal(cutOff.status, 'rejected', 'only its journal tells what became of it')
      assert.match(caller.logger.text(), /line\.engine_died/)
      const early = await caller.place('att_2', trunk)
      assert.deepEqual(early, { disposition: 'local_fault', dataExchanged: 'none' })
      let end = early
      for (let tries = 0; tries < 150 && end.disposition === 'local_fault'; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 100))
        end = await caller.place(`att_again_${tries}`, trunk)
      }
      assert.deepEqual([end.disposition, end.sipStatus], ['busy', 486])
      const back = await answerer.place('att_back', trunkTo(caller.port, 'trk_back'))
      assert.deepEqual([back.disposition, back.sipStatus], ['no_answer', 480])
    })
  })

  it('end the calls that are up when they are closed', async () => {
    await pair(34_800, async (caller, answerer, trunk) => {
      const placed = assert.rejects(caller.place('att_1', trunk), /closed/)
      await until('the answer', () => answerer.asked.length > 0)
      await caller.line.close()
      await placed
      await answerer.line.close()
      assert.deepEqual(
        answerer.ends.map(({ disposition }) => disposition),
        ['local_fault'],
      )
    })
  })

  it('that are closed while another thread is on its way leave none behind', async () => {
    const test = await TestLine.open(35_000)
    await assert.rejects(test.crash(trunkTo(9)))
    await new Promise((resolve) => setTimeout(resolve, 1_020))
    await test.line.close()
    await new Promise((resolve) => setTimeout(resolve, 500))
    const socket = createSocket('udp4').bind(test.port, HOST)
    await once(socket, 'listening')
    socket.close()
  })
})
