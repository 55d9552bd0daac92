import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ParseError } from '@answerback/protocol/parse-error'
import { AudioLeadIn } from '@answerback/protocol/tones/audio-lead-in'
import { parseRtp } from '@answerback/protocol/tones/rtp'
import { createDice, damage } from '../t4/damage.ts'
import { unhex } from '../t38/hex.ts'

const INPUTS = Number(process.env.ANSWERBACK_FUZZ_INPUTS ?? 50_000)
const SEED = 3550

it('A damaged RTP packet is read within its bounds or is a typed error, and never stops the listener', () => {
  const dice = createDice(SEED)
  const sound = unhex(
    'b2 80 12 34 00 00 00 a0 de ad be ef 00 00 00 01 00 00 00 02 be de 00 01 aa bb cc dd ff 7f 00 00 03',
  )
  const audio = new AudioLeadIn({ law: 'PCMU', startMs: 0, ssrc: 1, sequence: 0, timestamp: 0 })
  for (let i = 0; i < INPUTS; i++) {
    const input = damage(sound, dice)
    try {
      audio.push(input)
      assert.ok(parseRtp(input).payload.length <= input.length - 12)
    } catch (error) {
      if (!(error instanceof ParseError)) throw new Error(`seed ${SEED}, input ${i}`, { cause: error })
    }
  }
  const { received, other, late, malformed } = audio.counts
  assert.equal(received + other + late + malformed, INPUTS)
})
