/** Sounds of a telephone line for the listener's tests: 8 kHz, 16 bits, repeatable. */
import { createDice } from '../t4/damage.ts'

export const RATE = 8000

export type Sound = (index: number) => number

/** The peak of a sine of this level. */
export function peak(dbm0: number): number {
  return 32_124 * 10 ** ((dbm0 - 3.17) / 20)
}

export const silence: Sound = () => 0

export function tone(hertz: number, dbm0 = -12): Sound {
  return (i) => peak(dbm0) * Math.sin((2 * Math.PI * hertz * i) / RATE + 0.4)
}

export function mix(...sounds: readonly Sound[]): Sound {
  return (i) => sounds.reduce((sum, sound) => sum + sound(i), 0)
}

/** On and off, over and over. */
export function cadence(sound: Sound, onMs: number, offMs: number): Sound {
  return (i) => (i % ((onMs + offMs) * 8) < onMs * 8 ? sound(i) : 0)
}

/** White, with the power of a sine of this level. */
export function noise(dbm0: number, seed: number): Sound {
  const dice = createDice(seed)
  const deviation = peak(dbm0) / Math.SQRT2
  return () => {
    let sum = 0
    for (let k = 0; k < 12; k++) sum += dice(65_536) / 65_536
    return (sum - 6) * deviation
  }
}

/** Each in turn for its time. */
export function sequence(...parts: readonly (readonly [ms: number, sound: Sound])[]): Int16Array {
  const samples: number[] = []
  for (const [ms, sound] of parts) {
    for (let i = 0; i < ms * 8; i++) samples.push(Math.max(-32_768, Math.min(32_767, Math.round(sound(i)))))
  }
  return Int16Array.from(samples)
}

export function joined(...parts: readonly Int16Array[]): Int16Array {
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    samples.set(part, at)
    at += part.length
  }
  return samples
}

/**
 * Like speech to a tone detector: a buzz of gliding pitch with two gliding formants, in syllables of changing
 * length and loudness, with hissed consonants and pauses.
 */
export function speech(ms: number, seed: number, dbm0 = -15): Int16Array {
  const dice = createDice(seed)
  const hiss = noise(dbm0 - 12, seed + 1)
  const samples = new Int16Array(ms * 8)
  let at = 0
  let phase = 0
  while (at < samples.length) {
    const length = (90 + dice(220)) * 8
    const pitch = 90 + dice(160)
    const glide = (dice(60) - 30) / length
    const formants = [300 + dice(600), 900 + dice(1500)] as const
    const kind = dice(8)
    const level = peak(dbm0 - dice(9))
    for (let i = 0; i < length && at < samples.length; i++, at++) {
      const envelope = Math.sin((Math.PI * i) / length)
      phase += (2 * Math.PI * (pitch + glide * i)) / RATE
      if (kind === 0) continue
      if (kind === 1) {
        samples[at] = Math.round(hiss(at) * envelope)
        continue
      }
      let sum = 0
      for (let harmonic = 1; harmonic * pitch < 3400; harmonic++) {
        const near = formants.map((formant) => 1 / (1 + ((harmonic * pitch - formant) / 150) ** 2))
        sum += (0.05 + near[0]! + 0.6 * near[1]!) * Math.sin(harmonic * phase)
      }
      samples[at] = Math.max(-32_768, Math.min(32_767, Math.round(level * 0.5 * envelope * sum)))
    }
  }
  return samples
}

/** V.21 channel 2 at 300 bit/s without a break in phase: bits as T.30 frames have them, or others. */
export function v21(bits: (index: number) => number, dbm0 = -12, offsetHz = 0): Sound {
  let phase = 0
  return (i) => {
    phase += (2 * Math.PI * ((bits(Math.floor((i * 300) / RATE)) ? 1650 : 1850) + offsetHz)) / RATE
    return peak(dbm0) * Math.sin(phase)
  }
}

export const flags = (index: number) => (index % 8 === 0 || index % 8 === 7 ? 0 : 1)
