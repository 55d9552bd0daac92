import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type FaxTone, faxToneSample } from '@answerback/protocol/tones/fax-tones'
import { decodeG711, encodeG711, type G711Law } from '@answerback/protocol/tones/g711'
import { type HeardTone, ToneListener } from '@answerback/protocol/tones/tone-listener'
import {
  cadence,
  flags,
  joined,
  mix,
  noise,
  type Sound,
  sequence,
  silence,
  speech,
  tone,
  v21,
} from './sounds.ts'

function hear(samples: Int16Array, pieceSamples = 160): { tones: string; voiceMs: number } {
  const listener = new ToneListener()
  const tones: HeardTone[] = []
  for (let at = 0; at < samples.length; at += pieceSamples)
    tones.push(...listener.push(samples.subarray(at, at + pieceSamples)))
  return { tones: tones.join(' '), voiceMs: listener.voiceMs }
}

const ours =
  (kind: FaxTone): Sound =>
  (i) =>
    faxToneSample(kind, i)
const attenuated =
  (sound: Sound, db: number): Sound =>
  (i) =>
    sound(i) * 10 ** (-db / 20)

describe('Our fax tones', () => {
  it('last as long as T.30 says', () => {
    const loud = (kind: FaxTone) =>
      Array.from({ length: 60_000 }, (_, i) => i).filter((i) => faxToneSample(kind, i) !== 0)
    const cng = loud('cng')
    assert.ok(cng.every((i) => i % 28_000 < 4000))
    assert.ok(cng.length > 3900 * 2)
    for (const kind of ['ced', 'ced_with_reversals'] as const) {
      const ced = loud(kind)
      assert.ok(ced.at(-1)! >= 2.6 * 8000 && ced.at(-1)! < 4 * 8000)
    }
    assert.equal(faxToneSample('cng', -1), 0)
  })

  it('turn their phase over every 450 ms, when CED is to', () => {
    const turned = Array.from({ length: 24_000 }, (_, i) => i).filter(
      (i) => faxToneSample('ced', i) !== faxToneSample('ced_with_reversals', i),
    )
    assert.ok(turned.every((i) => Math.floor(i / 3600) % 2 === 1))
    assert.ok(turned.length > 9000)
  })
})

describe('A tone listener', () => {
  it('hears each burst of CNG, and CED once, however the samples are cut and whichever law carried them', () => {
    for (const law of ['PCMU', 'PCMA'] satisfies G711Law[]) {
      const lineOf = (samples: Int16Array) => decodeG711(law, encodeG711(law, samples))
      for (const piece of [1, 7, 80, 160, 240, 4000]) {
        assert.deepEqual(hear(lineOf(sequence([8000, ours('cng')])), piece), {
          tones: 'cng cng cng',
          voiceMs: 0,
        })
        for (const kind of ['ced', 'ced_with_reversals'] as const) {
          assert.deepEqual(hear(lineOf(sequence([200, silence], [3500, ours(kind)])), piece), {
            tones: 'ced',
            voiceMs: 0,
          })
        }
      }
    }
  })

  it('hears them at every frequency and level that T.30 allows', () => {
    for (const offset of [-38, -20, 0, 20, 38]) {
      for (const dbm0 of [0, -20, -40]) {
        const cng = cadence(tone(1100 + offset, dbm0), 500, 3000)
        assert.equal(hear(sequence([4000, cng])).tones, 'cng', `CNG ${offset} Hz off at ${dbm0} dBm0`)
      }
    }
    for (const offset of [-15, 0, 15]) {
      for (const dbm0 of [0, -20, -40])
        assert.equal(hear(sequence([2600, tone(2100 + offset, dbm0)])).tones, 'ced')
    }
    for (const ms of [425, 500, 575])
      assert.equal(hear(sequence([ms, tone(1100)], [500, silence])).tones, 'cng')
  })

  it('hears the modulated answer tone of V.8', () => {
    const ansam: Sound = (i) =>
      tone(2100)(i) *
      (1 + 0.2 * Math.sin((2 * Math.PI * 15 * i) / 8000)) *
      (Math.floor(i / 3600) % 2 ? -1 : 1)
    assert.equal(hear(sequence([3000, ansam])).tones, 'ced')
  })

  it('hears them through noise 10 dB below', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const hissing = (sound: Sound) => mix(attenuated(sound, 10), noise(-32, seed))
      assert.equal(
        hear(sequence([1000, noise(-32, seed)], [4200, hissing(ours('cng'))])).tones,
        'cng cng',
        `seed ${seed}`,
      )
      assert.equal(
        hear(sequence([1000, noise(-32, seed)], [3000, hissing(ours('ced'))])).tones,
        'ced',
        `seed ${seed}`,
      )
    }
  })

  it('hears CNG with a lost packet in it', () => {
    for (const lostMs of [100, 240, 380]) {
      const broken: Sound = (i) => (i >= lostMs * 8 && i < (lostMs + 20) * 8 ? 0 : ours('cng')(i))
      assert.equal(hear(sequence([3000, broken])).tones, 'cng')
    }
  })

  it('hears the preamble of DIS, also off frequency and in noise', () => {
    for (const offsetHz of [-12, 0, 12]) {
      const preamble = mix(v21(flags, -20, offsetHz), noise(-32, 5))
      assert.equal(hear(sequence([75, silence], [1000, preamble])).tones, 'v21_preamble')
    }
    assert.equal(
      hear(sequence([3000, ours('ced')], [75, silence], [1000, v21(flags)])).tones,
      'ced v21_preamble',
    )
  })

  it('takes neither of the two V.21 frequencies alone, nor 2100 Hz between, for a preamble', () => {
    for (const hertz of [1650, 1750, 1850]) assert.equal(hear(sequence([3000, tone(hertz)])).tones, '')
  })

  it('hears no fax in the tones of a telephone network', () => {
    const network: Record<string, Sound> = {
      'dial tone of North America': mix(tone(350), tone(440)),
      'ringing of North America': cadence(mix(tone(440), tone(480)), 2000, 4000),
      'busy tone of North America': cadence(mix(tone(480), tone(620)), 500, 500),
      'reorder tone': cadence(mix(tone(480), tone(620)), 250, 250),
      'ringing of Europe': cadence(tone(425), 1000, 4000),
      'ringing of the United Kingdom': cadence(mix(tone(400), tone(450)), 400, 200),
      'special information tone': (i) =>
        [tone(950), tone(1400), tone(1800), silence][Math.floor((i % 10_640) / 2660)]!(i),
      howler: cadence(mix(tone(1400), tone(2060), tone(2450), tone(2600)), 100, 100),
      'beep of an answering machine': cadence(tone(1000), 500, 4000),
      digits: (i) =>
        mix(
          tone([697, 770, 852, 941][Math.floor(i / 800) % 4]!),
          tone([1209, 1336, 1477][Math.floor(i / 800) % 3]!),
        )(i),
      'one long 1100 Hz': tone(1100),
      'short 1100 Hz': cadence(tone(1100), 250, 250),
      'short 2100 Hz': cadence(tone(2100), 300, 300),
      hiss: noise(-20, 77),
      silence: silence,
    }
    for (const [name, sound] of Object.entries(network)) {
      assert.deepEqual(hear(sequence([15_000, sound])), { tones: '', voiceMs: 0 }, name)
    }
  })

  it('hears no fax in five minutes of speech, but that somebody speaks', () => {
    for (let seed = 1; seed <= 15; seed++) {
      const { tones, voiceMs } = hear(speech(20_000, seed))
      assert.equal(tones, '', `seed ${seed}`)
      assert.ok(voiceMs > 8000, `seed ${seed}: ${voiceMs} ms`)
    }
  })

  it('hears somebody say a few words in half a minute of ringing', () => {
    const ringing = cadence(mix(tone(440), tone(480)), 2000, 4000)
    const samples = joined(sequence([12_000, ringing]), speech(3000, 9), sequence([15_000, ringing]))
    const { voiceMs } = hear(samples)
    assert.ok(voiceMs >= 1000 && voiceMs <= 4000, `${voiceMs} ms`)
  })

  it('takes no modem for speech', () => {
    const bits = (i: number) => (Math.imul(i + 1, 2_654_435_761) >>> 13) & 1
    assert.equal(hear(sequence([6000, v21(bits)])).voiceMs, 0)
    assert.equal(hear(sequence([6000, mix(noise(-20, 3))])).voiceMs, 0)
  })
})
