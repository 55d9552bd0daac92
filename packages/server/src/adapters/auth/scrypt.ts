import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import type { PasswordHasher } from '../../ports/sign-in.ts'

/** N = 2^15, r = 8: 32 MiB and some 80 ms a guess, on one core and without a dependency (RFC 7914 §2). */
const COST: Cost = { log2N: 15, r: 8, p: 1 }
const SALT_BYTES = 16
const HASH_BYTES = 32
/** Each takes 32 MiB and a thread of the pool that files and compression need as well. */
const AT_ONCE = 2
const SHAPE = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/

interface Cost {
  readonly log2N: number
  readonly r: number
  readonly p: number
}

/** Passwords as `scrypt$log2 N$r$p$salt$hash`, so that a later server may ask for more and still read these. */
export function createScryptHasher(cost: Cost = COST): PasswordHasher {
  const nobody = { cost, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) }
  const slots = createSlots(AT_ONCE)
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES)
      const hash = await slots(() => derive(password, salt, cost))
      return [
        'scrypt',
        cost.log2N,
        cost.r,
        cost.p,
        salt.toString('base64url'),
        hash.toString('base64url'),
      ].join('$')
    },
    async verify(password, stored) {
      const held = stored === undefined ? undefined : parse(stored)
      // Somebody who has no password costs as much time as somebody who has.
      const { cost: asked, salt, hash } = held ?? nobody
      const given = await slots(() => derive(password, salt, asked))
      return timingSafeEqual(given, hash) && held !== undefined
    },
  }
}

function parse(stored: string) {
  const [, log2N, r, p, salt, hash] = SHAPE.exec(stored) ?? []
  if (salt === undefined || hash === undefined) return undefined
  return {
    cost: { log2N: Number(log2N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  }
}

function derive(password: string, salt: Buffer, { log2N, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** log2N
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r }
  // The same letters, however the keyboard composed them (RFC 8265 §4.2.2).
  const text = password.normalize('NFC')
  return new Promise((resolve, reject) => {
    scrypt(text, salt, HASH_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

/** Runs `count` at once and the others in their order. */
function createSlots(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let free = count
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve))
    else free -= 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
