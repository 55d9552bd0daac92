import { createHash } from 'node:crypto'
import { encodeId } from '../../src/adapters/system/identifier.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Random } from '../../src/ports/random.ts'

/** Randomness that a seed repeats. */
export class SeededRandom implements Random {
  readonly #clock: Clock
  readonly #seed: string
  #drawn = 0

  constructor(clock: Clock, seed = 'answerback') {
    this.#clock = clock
    this.#seed = seed
  }

  bytes(length: number): Buffer {
    const blocks: Buffer[] = []
    for (let have = 0; have < length; have += 32) {
      blocks.push(
        createHash('sha256')
          .update(`${this.#seed}/${this.#drawn++}`)
          .digest(),
      )
    }
    return Buffer.concat(blocks).subarray(0, length)
  }

  id(prefix: string): string {
    return encodeId(prefix, this.#clock.now(), this.bytes(10))
  }
}
