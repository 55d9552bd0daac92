import assert from 'node:assert/strict'
import { cpuMs, createDice } from './t4/damage.ts'

export type Dice = (sides: number) => number

/** How many inputs a fuzz test takes; `fewest` keeps the everyday run to seconds. */
export function fuzzInputs(fewest: number): number {
  return Number(process.env.ANSWERBACK_FUZZ_INPUTS ?? fewest)
}

const CPU_MS_MAX = 50

/** Runs `work` on so many inputs; a failure tells the seed and the number that find it again. */
export function fuzz(seed: number, count: number, work: (dice: Dice, input: number) => void): void {
  const dice = createDice(seed)
  let input = 0
  let slowest = { ms: 0, input: 0 }
  try {
    for (; input < count; input++) {
      const ms = cpuMs(() => work(dice, input))
      if (ms > slowest.ms) slowest = { ms, input }
    }
  } catch (error) {
    throw new Error(`seed ${seed}, input ${input}: ${(error as Error).message}`, { cause: error })
  }
  assert.ok(slowest.ms <= CPU_MS_MAX, `seed ${seed}: input ${slowest.input} took ${slowest.ms} ms`)
}
