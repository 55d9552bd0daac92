import { isImage } from './frames.ts'
import type { MakeMischief } from './mischief.ts'

const NOISE = 0xff

/** The first `times` trainings sound like noise, so the machine says FTT. */
export function hearsNoiseInTraining(times: number): MakeMischief {
  return ({ isTrained }) => {
    let trainings = 0
    let isInSignal = false
    return {
      hear(input) {
        if (input.kind === 'signal_ended') isInSignal = false
        if (input.kind !== 'image' || isTrained()) return [input]
        if (!isInSignal) trainings++
        isInSignal = true
        return [trainings <= times ? { kind: 'image', octets: input.octets.map(() => NOISE) } : input]
      },
    }
  }
}

/** The first `times` images without ECM are noise: no row can be read, so the machine says RTN. */
export function hearsNoiseInPages(times: number): MakeMischief {
  return ({ isTrained }) => {
    let images = 0
    let isInSignal = false
    return {
      hear(input) {
        if (input.kind === 'signal_ended') isInSignal = false
        if (input.kind !== 'image' || !isTrained()) return [input]
        if (!isInSignal) images++
        isInSignal = true
        return [images <= times ? { kind: 'image', octets: input.octets.map(() => NOISE) } : input]
      },
    }
  }
}

/** Misses the first frame of the first `times` transmissions of blocks, so the machine says PPR for each. */
export function missesFrames(times: number): MakeMischief {
  return () => {
    let blocks = 0
    let isInBlock = false
    return {
      hear(input) {
        if (input.kind === 'signal_ended') isInBlock = false
        if (input.kind !== 'frame' || !isImage(input) || isInBlock) return [input]
        isInBlock = true
        return blocks++ < times ? [{ kind: 'frame_damaged' }] : [input]
      },
    }
  }
}
