import { encodeIdTime, ID_ALPHABET } from '../../domain/id-time.ts'

const RANDOM_BYTES = 10
const TIME_LIMIT = 2 ** 48

/**
 * `prefix_` + 10 characters of time + 16 of randomness.
 * @param timeMs milliseconds since 1970, below 2^48
 * @param random 10 bytes
 */
export function encodeId(prefix: string, timeMs: number, random: Uint8Array): string {
  if (!/^[a-z]{1,16}$/.test(prefix))
    throw new RangeError('an identifier prefix is 1 to 16 lower-case letters')
  if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs >= TIME_LIMIT)
    throw new RangeError('time out of range')
  if (random.length !== RANDOM_BYTES) throw new RangeError('an identifier takes 10 random bytes')
  return `${prefix}_${encodeIdTime(timeMs)}${encodeBytes(random)}`
}

function encodeBytes(bytes: Uint8Array): string {
  let text = ''
  let pending = 0
  let pendingBits = 0
  for (const byte of bytes) {
    pending = (pending << 8) | byte
    pendingBits += 8
    while (pendingBits >= 5) {
      pendingBits -= 5
      text += ID_ALPHABET.charAt((pending >> pendingBits) & 31)
    }
    pending &= (1 << pendingBits) - 1
  }
  return text
}
