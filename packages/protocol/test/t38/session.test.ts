import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sessionCases } from '../../../../conformance/t30/session-cases.ts'
import type { T30Effect, T30Input, T30Machine } from '../../src/t30/machine.ts'
import { decodeIfp, encodeIfp, type Ifp } from '../../src/t38/ifp.ts'
import type { T38Session } from '../../src/t38/session.ts'
import { parseUdptl, UdptlSender } from '../../src/t38/udptl.ts'
import { buildAnswerer, buildCaller } from '../t30/machines.ts'
import { samplePage } from '../t30/sample-pages.ts'
import { drain, runBoth, side } from './session-pair.ts'

const told = new Set<string>()

function title(id: (typeof sessionCases)[number]['id']): string {
  told.add(id)
  return `${id}: ${sessionCases.find((one) => one.id === id)!.sentence}`
}

const NO_SIGNAL: Ifp = { kind: 'indicator', indicator: 'no_signal' }

/** Does what the test says, and notes what it was given. */
class Puppet implements T30Machine {
  readonly inputs: T30Input[] = []
  next: T30Effect[] = []

  take(input: T30Input): readonly T30Effect[] {
    this.inputs.push(input)
    const effects = this.next
    this.next = []
    return effects
  }
}

function puppetSession() {
  const puppet = new Puppet()
  const { session } = side(puppet)
  return { puppet, session }
}

function ifps(session: T38Session): Ifp[] {
  return session
    .takeEffects()
    .flatMap((effect) =>
      effect.kind === 'datagram' ? [decodeIfp(parseUdptl(effect.octets).primary, 0)] : [],
    )
}

function datagrams(...packets: readonly Ifp[]): Uint8Array[] {
  const sender = new UdptlSender({ errorCorrection: { kind: 'none' }, datagramOctetsMax: 400 })
  return packets.map((ifp) => sender.pack(encodeIfp(ifp, 0)))
}

describe('A T.38 session', () => {
  it(title('t38-session-001'), () => {
    for (const machine of [buildCaller(), buildAnswerer()]) {
      const { session } = side(machine)
      session.start(0)
      assert.deepEqual(ifps(session).slice(0, 3), [NO_SIGNAL, NO_SIGNAL, NO_SIGNAL])
    }
  })

  it(title('t38-session-002'), () => {
    const { session } = side(buildCaller())
    session.start(0)
    ifps(session)
    session.advance(1_999)
    assert.deepEqual(ifps(session), [])
    session.advance(2_000)
    assert.deepEqual(ifps(session), [NO_SIGNAL])
    assert.equal(session.wakeMs, 4_000)
  })

  it(title('t38-session-003'), () => {
    const { session } = side(buildAnswerer({ cedMs: 3_000 }))
    session.start(0)
    for (let nowMs = 0; nowMs < 3_000; nowMs += 20) session.advance(nowMs)
    const sent = ifps(session).slice(3)
    assert.ok(sent.every((ifp) => ifp.kind === 'indicator' && ifp.indicator === 'ced'))
  })

  it('runs the machine’s timers on the clock it is given', () => {
    const { puppet, session } = puppetSession()
    puppet.next = [
      { kind: 'start_timer', timer: 'T1', delayMs: 500 },
      { kind: 'start_timer', timer: 'T4', delayMs: 300 },
    ]
    session.start(1_000)
    assert.equal(session.wakeMs, 1_300)
    session.advance(1_299)
    assert.deepEqual(puppet.inputs.splice(0), [{ kind: 'start' }])
    puppet.next = [{ kind: 'stop_timer', timer: 'T1' }]
    session.advance(1_300)
    assert.deepEqual(puppet.inputs.splice(0), [{ kind: 'timer', timer: 'T4' }])
    session.advance(2_000)
    assert.deepEqual(puppet.inputs, [])
  })

  it('starts a timer anew when the machine does', () => {
    const { puppet, session } = puppetSession()
    puppet.next = [{ kind: 'start_timer', timer: 'T2', delayMs: 500 }]
    session.start(0)
    session.receive(datagrams({ kind: 'indicator', indicator: 'v21_preamble' })[0]!, 400)
    assert.equal(session.wakeMs, 500)
    puppet.next = [{ kind: 'start_timer', timer: 'T2', delayMs: 1_000 }]
    session.answer({ kind: 'page_committed' }, 450)
    session.advance(500)
    assert.ok(!puppet.inputs.some(({ kind }) => kind === 'timer'))
    session.advance(1_450)
    assert.ok(puppet.inputs.some(({ kind }) => kind === 'timer'))
  })

  it(title('t38-session-007'), () => {
    const { puppet, session } = puppetSession()
    session.start(0)
    const [preamble, end] = datagrams({ kind: 'indicator', indicator: 'v21_preamble' }, NO_SIGNAL)
    session.receive(preamble!, 100)
    ifps(session)
    puppet.next = [
      { kind: 'transmit', transmissions: [{ kind: 'control', frames: [Uint8Array.of(0xff, 0xc8, 0x31)] }] },
    ]
    session.answer({ kind: 'page_committed' }, 200)
    session.advance(1_000)
    assert.deepEqual(ifps(session), [])
    session.receive(end!, 1_100)
    assert.equal(session.wakeMs, 1_175)
    session.advance(1_175)
    assert.deepEqual(ifps(session), [{ kind: 'indicator', indicator: 'v21_preamble' }])
  })

  it('that has ended finishes its last DCN, and is then silent for good', () => {
    const caller = side(buildCaller())
    caller.session.start(0)
    caller.session.answer({ kind: 'hang_up' }, 1_000)
    let nowMs = 1_000
    while (caller.session.wakeMs < Number.POSITIVE_INFINITY) {
      nowMs = caller.session.wakeMs
      caller.session.advance(nowMs)
      drain(caller, nowMs, () => undefined)
    }
    assert.equal(caller.end?.result, 'hung_up')
    assert.ok(nowMs < 4_000, `${nowMs} ms`)
    const after = caller.datagrams.filter(({ atMs }) => atMs > 2_000)
    assert.ok(after.length >= 3, 'the end of the signal, said again')
  })

  it(title('t38-session-006'), () => {
    const caller = side(buildCaller({ pages: ['large'] }))
    const answerer = side(buildAnswerer())
    runBoth(caller, answerer, 9_000)
    assert.ok(caller.timeline.some(({ what }) => what === 'image block'))
    answerer.session.answer({ kind: 'hang_up' }, 9_000)
    let nowMs = 9_000
    const deliver = (octets: Uint8Array) => caller.session.receive(octets, nowMs)
    while (!answerer.session.hasEnded) {
      nowMs = answerer.session.wakeMs
      answerer.session.advance(nowMs)
      drain(answerer, nowMs, deliver)
    }
    drain(caller, nowMs, () => undefined)
    assert.equal(caller.end?.result, 'disconnected_after_page')
    assert.ok(caller.session.wakeMs === Number.POSITIVE_INFINITY, 'no image is left to send')
  })

  it('that has ended takes no more datagrams and no more answers', () => {
    const { session } = side(buildCaller())
    session.start(0)
    session.answer({ kind: 'carrier_lost' }, 10)
    session.takeEffects()
    session.receive(datagrams({ kind: 'indicator', indicator: 'v21_preamble' })[0]!, 20)
    session.answer({ kind: 'hang_up' }, 30)
    session.advance(100_000)
    assert.deepEqual(session.takeEffects(), [])
    assert.equal(session.wakeMs, Number.POSITIVE_INFINITY)
  })

  it('counts its timeline from the start of the call', () => {
    const { session } = side(buildCaller())
    session.start(5_000, 2_000)
    session.answer({ kind: 'carrier_lost' }, 6_000)
    const told = session.takeEffects().flatMap((effect) => (effect.kind === 'timeline' ? [effect.entry] : []))
    assert.deepEqual(told, [
      { atMs: 4_000, direction: 'local', what: 'call lost' },
      { atMs: 4_000, direction: 'local', what: 'end', detail: { result: 'carrier_lost' } },
    ])
  })
})

describe('Two T.38 sessions', () => {
  for (const ecm of [true, false]) {
    it(`fax three pages ${ecm ? 'with' : 'without'} ECM, pel for pel, and tell it frame by frame`, () => {
      const caller = side(buildCaller({ ecm, pages: ['small', 'large', 'small'] }))
      const answerer = side(buildAnswerer({ cedMs: 2_600 }))
      runBoth(caller, answerer)
      assert.deepEqual([caller.end?.result, caller.end?.pages], ['ok', 3])
      assert.deepEqual([answerer.end?.result, answerer.end?.pages], ['ok', 3])
      const sent = (['small', 'large', 'small'] as const).map((kind, i) => samplePage(kind, i + 1).t6)
      assert.deepEqual(
        answerer.pages.map(({ t6 }) => t6),
        sent,
      )
      const heard = answerer.timeline
        .filter(({ direction }) => direction === 'received')
        .map(({ what }) => what)
      assert.deepEqual(heard.slice(0, 3), ['TSI', 'DCS', 'image signal'])
      assert.ok(!heard.includes('FCD') && heard.at(-1) === 'DCN')
    })
  }

  it('take a lost third of the datagrams in their stride, behind redundancy', () => {
    for (let shift = 0; shift < 3; shift++) {
      const caller = side(buildCaller({ pages: ['small', 'small'] }))
      const answerer = side(buildAnswerer())
      runBoth(caller, answerer, 3_600_000, (count) => count % 3 === shift)
      assert.deepEqual([caller.end?.result, answerer.end?.result], ['ok', 'ok'])
    }
  })

  it(title('t38-session-004'), () => {
    for (const silentAfterMs of [0, 1_500, 4_000, 5_500, 6_500, 7_500, 8_500, 9_500, 10_500]) {
      const caller = side(buildCaller())
      const answerer = side(buildAnswerer())
      let nowMs = 0
      runBoth(caller, answerer, silentAfterMs)
      for (const one of [caller, answerer]) {
        while (!one.session.hasEnded) {
          nowMs = one.session.wakeMs
          assert.ok(nowMs < 200_000, 'a silent peer is bounded')
          one.session.advance(nowMs)
          drain(one, nowMs, () => undefined)
        }
      }
      assert.ok(caller.end!.pages <= answerer.pages.length)
    }
  })

  it(title('t38-session-005'), () => {
    for (const datagramOctetsMax of [20, 58, 72]) {
      const caller = side(buildCaller(), { datagramOctetsMax })
      const answerer = side(buildAnswerer(), { datagramOctetsMax })
      runBoth(caller, answerer)
      assert.deepEqual([caller.end?.result, answerer.end?.result], ['ok', 'ok'])
      assert.ok(caller.datagrams.every(({ octets }) => octets.length <= datagramOctetsMax))
    }
  })

  it('make every case of conformance/t30/session-cases.ts true', () => {
    assert.deepEqual([...told].sort(), sessionCases.map(({ id }) => id).sort())
  })
})
