import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ParseError } from '@answerback/protocol/parse-error'
import { buildCapabilities, parseCapabilities } from '../../src/t30/capabilities.ts'
import { describeFrame } from '../../src/t30/describe-frame.ts'
import { CONTROL_FIELD_NAMES } from '../../src/t30/facsimile-control-field.ts'
import { buildFrame, parseFrame } from '../../src/t30/frame.ts'
import { parseEor, parseFcd, parsePpr, parsePps } from '../../src/t30/partial-page.ts'
import { buildSettings, parseModulation, parseSettings } from '../../src/t30/settings.ts'
import { decodeStationId } from '../../src/t30/station-id.ts'
import { type Dice, fuzz, fuzzInputs } from '../fuzz.ts'
import { damage } from '../t4/damage.ts'
import { CAPABILITIES } from './machines.ts'
import { fromBook } from './wire.ts'

const INPUTS = fuzzInputs(100_000)
const SEED = 30
const SOUND = [
  buildCapabilities(CAPABILITIES),
  fromBook('00 62 f8 44'),
  new Uint8Array(32),
  new Uint8Array(257),
]

function information(dice: Dice): Uint8Array {
  if (dice(2) === 0) return damage(SOUND[dice(SOUND.length)]!, dice)
  return Uint8Array.from({ length: dice(40) }, () => dice(256))
}

function frame(dice: Dice): Uint8Array {
  if (dice(8) === 0) return Uint8Array.from({ length: dice(12) }, () => dice(256))
  const field = CONTROL_FIELD_NAMES[dice(CONTROL_FIELD_NAMES.length)]!
  const octets = buildFrame({
    field,
    information: information(dice),
    isFinal: dice(2) === 0,
    hasReceivedDis: dice(2) === 0,
  })
  return dice(4) === 0 ? damage(octets, dice) : octets
}

function orParseError<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    assert.ok(Number.isInteger(error.offset) && error.offset >= 0)
    return undefined
  }
}

describe('Hostile T.30 frames', () => {
  it('are read, or refused with a typed error, and told in a timeline without their octets', () => {
    fuzz(SEED, INPUTS, (dice) => {
      const octets = frame(dice)
      const read = orParseError(() => parseFrame(octets))
      if (read) assert.equal(read.information.length, octets.length - 3)
      const { what, detail } = describeFrame(octets)
      assert.match(what, /^[A-Z][A-Z-]*$|^un\w+ frame$/)
      for (const value of Object.values(detail ?? {})) assert.ok(`${value}`.length <= 60)
    })
  })

  it('of capabilities and settings mean something that can be said again', () => {
    fuzz(SEED, INPUTS, (dice) => {
      const octets = information(dice)
      const can = orParseError(() => parseCapabilities(octets))
      if (can) assert.deepEqual(parseCapabilities(buildCapabilities(can)), can)
      const settings = orParseError(() => parseSettings(octets))
      const normal = settings && { ...settings, frameOctets: settings.ecm ? settings.frameOctets : 256 }
      if (settings) assert.deepEqual(parseSettings(buildSettings(settings)), normal)
      orParseError(() => parseModulation(octets))
    })
  })

  it('of partial pages stay within a block', () => {
    fuzz(SEED, INPUTS, (dice) => {
      const octets = information(dice)
      const signal = orParseError(() => parsePps(octets))
      if (signal)
        assert.ok(signal.frames >= 1 && signal.frames <= 256 && signal.page < 256 && signal.block < 256)
      const frames = 1 + dice(256)
      for (const number of orParseError(() => parsePpr(octets, frames)) ?? []) assert.ok(number < frames)
      const fcd = orParseError(() => parseFcd(octets, 64))
      if (fcd) assert.ok(fcd.number < 256 && fcd.image.length >= 1 && fcd.image.length <= 64)
      orParseError(() => parseEor(octets))
      assert.ok(decodeStationId(octets).length <= 20)
    })
  })
})
