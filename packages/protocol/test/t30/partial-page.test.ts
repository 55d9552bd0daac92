import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ParseError } from '@answerback/protocol/parse-error'
import fc from 'fast-check'
import {
  buildEor,
  buildFcdInformation,
  buildPpr,
  buildPps,
  parseEor,
  parseFcd,
  parsePpr,
  parsePps,
} from '../../src/t30/partial-page.ts'
import { fromBook } from './wire.ts'

const AFTER = fc.constantFrom('NULL', 'MPS', 'EOM', 'EOP')

describe('A partial page signal', () => {
  it('of the last block of a first page has the octets that spandsp prints', () => {
    // PPS-EOP, page 0, block 0, 71 frames.
    assert.deepEqual(buildPps({ after: 'EOP', page: 0, block: 0, frames: 71 }, true), fromBook('2f 00 00 46'))
  })

  it('is read back as it was said, counters modulo 256', () => {
    const signal = fc.record({
      after: AFTER,
      page: fc.nat(1000),
      block: fc.nat(1000),
      frames: fc.integer({ min: 1, max: 256 }),
    })
    fc.assert(
      fc.property(signal, fc.boolean(), (said, x) => {
        const { after, frames } = said
        assert.deepEqual(parsePps(buildPps(said, x)), {
          after,
          page: said.page % 256,
          block: said.block % 256,
          frames,
        })
      }),
    )
  })

  it('with a PRI command inside means the plain one', () => {
    assert.equal(parsePps(Uint8Array.of(0xfc, 0, 0, 0)).after, 'EOP')
    assert.equal(parseEor(Uint8Array.of(0x7a)), 'MPS')
  })

  it('cut short, or with another command inside, is none', () => {
    assert.throws(() => parsePps(new Uint8Array(3)), ParseError)
    assert.throws(() => parsePps(Uint8Array.of(0x31, 0, 0, 0)), ParseError)
    assert.throws(() => parseEor(new Uint8Array(0)), ParseError)
  })
})

describe('EOR', () => {
  it('is read back with the command inside it', () => {
    fc.assert(
      fc.property(AFTER, fc.boolean(), (after, x) => assert.equal(parseEor(buildEor(after, x)), after)),
    )
  })
})

describe('A partial page request', () => {
  it('has its first frame in the first bit on the wire', () => {
    assert.deepEqual([...buildPpr((frame) => frame === 0 || frame === 9).subarray(0, 2)], [0x80, 0x40])
  })

  it('is read back as far as the block has frames', () => {
    const wanted = fc.uniqueArray(fc.nat(255), { maxLength: 256 })
    fc.assert(
      fc.property(wanted, fc.integer({ min: 1, max: 256 }), (numbers, frames) => {
        const octets = buildPpr((frame) => numbers.includes(frame))
        assert.equal(octets.length, 32)
        assert.deepEqual(
          parsePpr(octets, frames),
          numbers.filter((number) => number < frames).sort((a, b) => a - b),
        )
      }),
    )
  })

  it('cut short is none', () => {
    assert.throws(() => parsePpr(new Uint8Array(31), 256), ParseError)
  })
})

describe('A frame of a block', () => {
  it('is read back with its number, least significant bit first', () => {
    const image = fc.uint8Array({ minLength: 1, maxLength: 256 })
    fc.assert(
      fc.property(fc.nat(255), image, (number, octets) => {
        const information = buildFcdInformation(number, octets)
        const read = parseFcd(information, 256)
        assert.equal(read.number, number)
        assert.deepEqual(read.image, octets)
      }),
    )
    assert.equal(buildFcdInformation(1, Uint8Array.of(0))[0], 0x80)
  })

  it('without image, or with more than the DCS allows, is none', () => {
    assert.throws(() => parseFcd(Uint8Array.of(0), 256), ParseError)
    assert.throws(() => parseFcd(new Uint8Array(66), 64), ParseError)
    assert.equal(parseFcd(new Uint8Array(65), 64).image.length, 64)
  })
})
