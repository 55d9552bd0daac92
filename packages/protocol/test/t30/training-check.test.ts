import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { countTraining, isTrained, NO_TRAINING, tcfOctets } from '../../src/t30/training-check.ts'

const OCTETS = tcfOctets('V17_14400')
const SECOND = 1800

const longest = (octets: Uint8Array) => countTraining(NO_TRAINING, octets).longestZeroRun

describe('TCF', () => {
  it('is a second and a half of zeros at the speed it tries', () => {
    assert.equal(OCTETS, 2700)
    assert.equal(tcfOctets('V27TER_2400'), 450)
  })

  it('is good when a whole second of it is zeros, and bad a bit below', () => {
    const check = (zeros: number) => isTrained(countTraining(NO_TRAINING, withZeros(zeros)), 'V17_14400')
    assert.equal(check(SECOND * 8), true)
    assert.equal(check(SECOND * 8 - 1), false)
  })

  it('with a burst of ones before its zeros is good', () => {
    const octets = new Uint8Array(OCTETS).fill(0xff, 0, 800)
    assert.ok(isTrained(countTraining(NO_TRAINING, octets), 'V17_14400'))
  })

  it('with a turned bit in each half second is bad', () => {
    const octets = new Uint8Array(OCTETS)
    for (let at = 450; at < OCTETS; at += 900) octets[at] = 1
    assert.ok(!isTrained(countTraining(NO_TRAINING, octets), 'V17_14400'))
  })

  it('counts the same however its octets arrive', () => {
    const octets = fc
      .uint8Array({ maxLength: 60 })
      .map((all) => all.map((octet) => (octet < 200 ? 0 : octet)))
    fc.assert(
      fc.property(octets, fc.nat(60), (all, at) => {
        const pieces = countTraining(countTraining(NO_TRAINING, all.subarray(0, at)), all.subarray(at))
        assert.deepEqual(pieces, countTraining(NO_TRAINING, all))
        const bits = [...all].map((octet) => octet.toString(2).padStart(8, '0')).join('')
        // Runs inside one octet are no second: they need not count.
        const runs = bits.split('1').map((run) => run.length)
        assert.ok(Math.max(0, ...runs) === pieces.longestZeroRun || Math.max(0, ...runs) < 8)
      }),
    )
  })

  it('of which nothing came is bad', () => {
    assert.equal(longest(new Uint8Array(0)), 0)
    assert.ok(!isTrained(NO_TRAINING, 'V27TER_2400'))
  })
})

/** So many zero bits between two ones. */
function withZeros(count: number): Uint8Array {
  const bits = `1${'0'.repeat(count)}1`.padEnd(Math.ceil((count + 2) / 8) * 8, '1')
  return Uint8Array.from({ length: bits.length / 8 }, (_, i) =>
    Number.parseInt(bits.slice(i * 8, i * 8 + 8), 2),
  )
}
