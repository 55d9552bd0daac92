import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { CHUNK_BYTES, HEADER_BYTES, SEALED_CHUNK_BYTES } from '../../src/adapters/keyring/chunked.ts'
import { documentKey } from '../../src/adapters/keyring/document-key.ts'
import type { DocumentKey } from '../../src/ports/keyring.ts'

const dataKey = randomBytes(32)
const place = { accountId: 'acct_a', documentId: 'doc_a' }
const key = documentKey(dataKey, place)
const TAMPERED = { name: 'KeyError', code: 'tampered' }

/** Around the edges of chunks, where such code breaks. */
const LENGTHS = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 5]
const content = (length: number) =>
  Buffer.from(Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255))

test('what was encrypted decrypts, at every length around a chunk', () => {
  for (const length of LENGTHS) {
    const plaintext = content(length)
    const sealed = key.encrypt(plaintext)
    const chunks = Math.max(1, Math.ceil(length / CHUNK_BYTES))
    assert.equal(sealed.length, HEADER_BYTES + length + 16 * chunks)
    assert.deepEqual(key.decrypt(sealed), plaintext)
  }
})

test('the streams and the whole-buffer calls speak one format, however the bytes are cut', async () => {
  const cut = fc.integer({ min: 1, max: 90_000 })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...LENGTHS), cut, cut, async (length, cutA, cutB) => {
      const plaintext = content(length)
      const sealed = await through(slices(plaintext, cutA), key.encryptStream())
      assert.deepEqual(key.decrypt(sealed), plaintext)
      assert.deepEqual(await through(slices(sealed, cutB), key.decryptStream()), plaintext)
    }),
    { numRuns: 60 },
  )
})

test('any range decrypts to that part of the plaintext and reads only the chunks it needs', async () => {
  const plaintext = content(3 * CHUNK_BYTES + 100)
  const sealed = key.encrypt(plaintext)
  const at = fc.integer({ min: 0, max: plaintext.length + 10 })
  await fc.assert(
    fc.asyncProperty(at, at, async (start, end) => {
      let bytesRead = 0
      const read = async (from: number, to: number) => {
        bytesRead += to - from
        return sealed.subarray(from, to)
      }
      const part = await key.decryptRange({ byteLength: sealed.length, read }, start, end)
      assert.deepEqual(part, plaintext.subarray(start, Math.max(start, end)))
      const chunksTouched = Math.max(0, Math.ceil(end / CHUNK_BYTES) - Math.floor(start / CHUNK_BYTES))
      assert.ok(bytesRead <= HEADER_BYTES + chunksTouched * SEALED_CHUNK_BYTES)
    }),
  )
})

test('every changed bit of header, tag or body is found', async () => {
  const sealed = key.encrypt(content(200))
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    assert.throws(() => key.decrypt(changed), TAMPERED)
  }
})

test('every cut is found, also one at the end of a chunk', async () => {
  const sealed = key.encrypt(content(2 * CHUNK_BYTES + 300))
  const ends = [0, 1, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 15, HEADER_BYTES + 16]
  for (const chunks of [1, 2])
    ends.push(HEADER_BYTES + chunks * SEALED_CHUNK_BYTES, HEADER_BYTES + chunks * SEALED_CHUNK_BYTES + 16)
  ends.push(sealed.length - 1)
  for (const end of ends) await assertRefused(key, sealed.subarray(0, end))
})

test('chunks moved, repeated, dropped or added are found', async () => {
  const sealed = key.encrypt(content(3 * CHUNK_BYTES))
  const header = sealed.subarray(0, HEADER_BYTES)
  const chunk = (n: number) =>
    sealed.subarray(HEADER_BYTES + n * SEALED_CHUNK_BYTES).subarray(0, SEALED_CHUNK_BYTES)
  const [a, b, c] = [chunk(0), chunk(1), chunk(2)] as const
  const emptyLast = documentKey(dataKey, place).encrypt(Buffer.alloc(0)).subarray(HEADER_BYTES)
  for (const chunks of [[b, a, c], [a, c], [a, b], [a, a, b, c], [a, b, c, c], [a, b, c, emptyLast], [c]]) {
    await assertRefused(key, Buffer.concat([header, ...chunks]))
  }
})

test('chunks of two encryptions of one document do not mix', async () => {
  const one = key.encrypt(content(2 * CHUNK_BYTES))
  const two = key.encrypt(content(2 * CHUNK_BYTES))
  const cut = HEADER_BYTES + SEALED_CHUNK_BYTES
  await assertRefused(key, Buffer.concat([one.subarray(0, cut), two.subarray(cut)]))
})

test('content of another document, account or key does not open', async () => {
  const sealed = key.encrypt(content(10))
  await assertRefused(documentKey(dataKey, { ...place, documentId: 'doc_b' }), sealed)
  await assertRefused(documentKey(dataKey, { ...place, accountId: 'acct_b' }), sealed)
  await assertRefused(documentKey(randomBytes(32), place), sealed)
  // The parts are told apart: moving a letter from one to the other is not the same place.
  await assertRefused(documentKey(dataKey, { accountId: 'acct_ad', documentId: 'oc_a' }), sealed)
})

test('a stream gives out nothing of a chunk that fails, and everything before it', async () => {
  const plaintext = content(2 * CHUNK_BYTES)
  const sealed = key.encrypt(plaintext)
  sealed[sealed.length - 1]! ^= 1
  const given: Buffer[] = []
  const reading = (async () => {
    for await (const part of Readable.from(slices(sealed, 10_000)).pipe(key.decryptStream())) given.push(part)
  })()
  await assert.rejects(reading, TAMPERED)
  assert.deepEqual(Buffer.concat(given), plaintext.subarray(0, CHUNK_BYTES))
})

test('no encryption repeats the salt that makes its key', () => {
  const salts = Array.from({ length: 20_000 }, () =>
    key.encrypt(Buffer.alloc(0)).subarray(0, HEADER_BYTES).toString('hex'),
  )
  assert.equal(new Set(salts).size, salts.length)
})

async function assertRefused(reader: DocumentKey, sealed: Buffer): Promise<void> {
  assert.throws(() => reader.decrypt(sealed), TAMPERED)
  await assert.rejects(through([sealed], reader.decryptStream()), TAMPERED)
}

async function through(parts: Iterable<Buffer>, transform: Transform): Promise<Buffer> {
  const out: Buffer[] = []
  await pipeline(
    Readable.from(parts, { objectMode: false }),
    transform,
    async (source: AsyncIterable<Buffer>) => {
      for await (const part of source) out.push(part)
    },
  )
  return Buffer.concat(out)
}

function* slices(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
