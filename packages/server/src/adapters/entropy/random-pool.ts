import { randomFillSync } from 'node:crypto'

const POOL_BYTES = 4096
const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES

/**
 * Random bytes for what is not secret but must never repeat: nonces, salts, identifiers. Drawn from the kernel a page at a time,
 * because each draw costs as much as the cipher it is for. Keys and tokens are drawn by themselves, so that none lies in a pool.
 * @param length up to 4,096
 */
export function randomNonce(length: number): Buffer {
  if (used + length > POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = Buffer.from(pool.subarray(used, used + length))
  used += length
  return bytes
}
