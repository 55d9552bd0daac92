import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Caller } from '../../src/t30/caller/caller.ts'
import { buildFrame } from '../../src/t30/frame.ts'
import type { T30Effect, T30Input, T30Machine } from '../../src/t30/machine.ts'
import { buildFcdInformation } from '../../src/t30/partial-page.ts'
import { FarEnd } from './far-end.ts'
import { buildAnswerer, buildCaller } from './machines.ts'

const MIB = 1_048_576

function feed(machine: T30Machine, inputs: readonly T30Input[]): T30Effect[] {
  return inputs.flatMap((input) => machine.take(input))
}

function endOf(effects: readonly T30Effect[]) {
  const effect = effects.find(({ kind }) => kind === 'end')
  assert.ok(effect?.kind === 'end')
  return effect.end
}

describe('The end of a call', () => {
  it('tells the caller whom it reached, as far as that machine said', () => {
    const caller = buildCaller()
    const farEnd = new FarEnd({ role: 'caller' })
    const nsf = buildFrame({
      field: 'NSF',
      information: new Uint8Array(40).fill(0xab),
      isFinal: false,
      hasReceivedDis: false,
    })
    feed(caller, [
      { kind: 'start' },
      { kind: 'frame', octets: nsf },
      ...farEnd.inputs('CSI +12025550101, DIS'),
    ])
    const end = endOf(caller.take({ kind: 'carrier_lost' }))
    assert.equal(end.remoteId, '+12025550101')
    assert.equal(end.remoteNsf, 'ab'.repeat(32))
    assert.equal(end.settings?.modulation, 'V17_14400')
    assert.equal(end.subAddress, undefined)
  })

  it('tells the answerer who called, and for which sub-address', () => {
    const answerer = buildAnswerer({ takesSubAddress: true })
    const farEnd = new FarEnd({ role: 'answerer' })
    feed(answerer, [{ kind: 'start' }, { kind: 'sent' }, ...farEnd.inputs('SUB 42, TSI +12025550100, DCS')])
    const end = endOf(answerer.take({ kind: 'carrier_lost' }))
    assert.deepEqual([end.remoteId, end.subAddress], ['+12025550100', '42'])
  })

  it('comes once', () => {
    for (const machine of [buildCaller(), buildAnswerer()]) {
      machine.take({ kind: 'start' })
      assert.equal(machine.take({ kind: 'carrier_lost' }).filter(({ kind }) => kind === 'end').length, 1)
      for (const kind of ['carrier_lost', 'hang_up', 'start', 'sent', 'page_committed'] as const) {
        assert.deepEqual(machine.take({ kind }), [])
      }
    }
  })
})

describe('A caller', () => {
  it('without a page is a mistake', () => {
    const { options } = buildCaller().state
    assert.throws(() => new Caller({ ...options, pages: [] }), RangeError)
  })

  it('with no station identification of its own sends no TSI', () => {
    const { options } = buildCaller().state
    const caller = new Caller({ ...options, stationId: '' })
    const effects = feed(caller, [{ kind: 'start' }, ...new FarEnd({ role: 'caller' }).inputs('DIS')])
    const transmit = effects.find((effect) => effect.kind === 'transmit')
    assert.equal(transmit?.transmissions[0]?.kind === 'control' && transmit.transmissions[0].frames.length, 1)
  })
})

describe('An answerer holds no more of a page than a page can be', () => {
  it('without ECM', () => {
    const answerer = trained(false)
    const piece = new Uint8Array(64 * 1024)
    for (let sent = 0; sent < 16 * MIB; sent += piece.length) {
      assert.ok(!says(answerer.take({ kind: 'image', octets: piece }), 'DCN'))
    }
    assert.ok(says(answerer.take({ kind: 'image', octets: piece }), 'DCN'))
    assert.equal(endOf(answerer.take({ kind: 'sent' })).result, 'page_too_long')
  })

  it('with ECM, block after block', () => {
    const answerer = trained(true)
    const image = new Uint8Array(256)
    const frames = Array.from({ length: 256 }, (_, number) =>
      buildFrame({
        field: 'FCD',
        information: buildFcdInformation(number, image),
        isFinal: false,
        hasReceivedDis: false,
      }),
    )
    const farEnd = new FarEnd({ role: 'answerer' })
    let blocks = 0
    for (; blocks < 1_000; blocks++) {
      for (const octets of frames) answerer.take({ kind: 'frame', octets })
      const effects = feed(answerer, farEnd.inputs(`PPS-NULL 0 ${blocks % 256} 256`))
      if (says(effects, 'DCN')) break
      answerer.take({ kind: 'sent' })
    }
    assert.equal(blocks, 256)
    assert.equal(endOf(answerer.take({ kind: 'sent' })).result, 'page_too_long')
  })
})

function trained(ecm: boolean) {
  const answerer = buildAnswerer()
  const farEnd = new FarEnd({ role: 'answerer', sender: { ecm, scheme: ecm ? 'MMR' : 'MH' } })
  feed(answerer, [
    { kind: 'start' },
    { kind: 'sent' },
    ...farEnd.inputs('DCS'),
    ...farEnd.inputs('TCF'),
    { kind: 'sent' },
  ])
  return answerer
}

function says(effects: readonly T30Effect[], field: 'DCN'): boolean {
  const octet = { DCN: 0x5f }[field]
  return effects.some(
    (effect) =>
      effect.kind === 'transmit' &&
      effect.transmissions.some(
        (signal) => signal.kind === 'control' && signal.frames.some((frame) => frame[2] === octet),
      ),
  )
}
