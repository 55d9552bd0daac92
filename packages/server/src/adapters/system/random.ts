import { randomBytes } from 'node:crypto'
import type { Clock } from '../../ports/clock.ts'
import type { Random } from '../../ports/random.ts'
import { randomNonce } from '../entropy/random-pool.ts'
import { encodeId } from './identifier.ts'

/** The kernel's randomness. */
export class SystemRandom implements Random {
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  bytes(length: number): Buffer {
    return randomBytes(length)
  }

  id(prefix: string): string {
    return encodeId(prefix, this.#clock.now(), randomNonce(10))
  }
}
