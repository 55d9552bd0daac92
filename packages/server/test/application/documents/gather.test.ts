import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { gather, wholeOf } from '../../../src/application/documents/gather.ts'

async function* sourceOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

async function read(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 })

test('a source is read to its end exactly when it fits the limit, and no byte of it is lost or moved either way', async () => {
  await fc.assert(
    fc.asyncProperty(chunks, fc.integer({ min: 0, max: 200 }), async (given, limit) => {
      const all = Buffer.concat(given)
      const gathered = await gather(sourceOf(given), limit)
      assert.equal(gathered.rest === undefined, all.length <= limit)
      assert.deepEqual(await read(wholeOf(gathered)), all)
    }),
  )
})

test('a source that fails while it is gathered, or after it, fails the reader', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(10)
    throw new Error('cut off')
  }
  await assert.rejects(gather(failing(), 100), /cut off/)
  const gathered = await gather(failing(), 5)
  await assert.rejects(read(wholeOf(gathered)), /cut off/)
})
