import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BackupError } from '../../src/backup/backup-error.ts'
import { FRAME_BYTES_MAX, type FrameKind, frame, readFrames } from '../../src/backup/frames.ts'
import { parseManifest, parsePartEnd, parsePartHead } from '../../src/backup/manifest.ts'
import { RowHash } from '../../src/backup/row-hash.ts'

const KINDS: FrameKind[] = ['head', 'data', 'end', 'manifest']
const someFrames = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), bytes: fc.uint8Array({ maxLength: 300 }) }),
  { maxLength: 12 },
)

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(source: AsyncIterable<Uint8Array>) {
  const found = []
  for await (const { kind, bytes } of readFrames(source)) found.push({ kind, bytes: Buffer.from(bytes) })
  return found
}

test('frames come out as they went in, however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(someFrames, fc.integer({ min: 1, max: 70 }), async (frames, size) => {
      const bytes = Buffer.concat(frames.map((each) => frame(each.kind, each.bytes)))
      const wanted = frames.map((each) => ({ kind: each.kind, bytes: Buffer.from(each.bytes) }))
      assert.deepEqual(await read(inPieces(bytes, size)), wanted)
    }),
  )
})

test('any bytes are read to their end or refused as damaged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
      await read(inPieces(Buffer.from(bytes), 64)).catch((error: unknown) =>
        assert.ok(error instanceof BackupError),
      )
    }),
    { numRuns: 1_000 },
  )
})

test('a frame that is cut short is damaged, and so is one that says it is longer than any may be', async () => {
  const whole = frame('data', Buffer.from('zebra'))
  for (let length = 1; length < whole.length; length += 1) {
    await assert.rejects(read(inPieces(whole.subarray(0, length), 64)), { code: 'damaged' })
  }
  const long = Buffer.from(whole)
  long.writeUInt32BE(FRAME_BYTES_MAX + 1, 1)
  await assert.rejects(read(inPieces(long, 64)), { code: 'damaged' })
})

test('a description of another form is refused as damaged', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      for (const parse of [parsePartHead, parsePartEnd, parseManifest]) {
        try {
          parse(Buffer.from(text))
        } catch (error) {
          assert.ok(error instanceof BackupError)
        }
      }
    }),
  )
  const head = { part: 'table', name: 'fax"; drop table fax; --', columns: [] }
  assert.throws(() => parsePartHead(Buffer.from(JSON.stringify(head))), { code: 'damaged' })
})

test('the hash of rows does not depend on their order nor on how the bytes come, and does on every byte', () => {
  const rows = fc.array(
    fc.string({ maxLength: 20 }).map((row) => row.replaceAll('\n', ' ')),
    { minLength: 1, maxLength: 20 },
  )
  const hashOf = (lines: readonly string[], size: number) => {
    const hash = new RowHash()
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
    for (let at = 0; at < bytes.length; at += size) hash.update(bytes.subarray(at, at + size))
    return `${hash.rows} ${hash.digest()}`
  }
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 30 }), (lines, size) => {
      assert.equal(hashOf(lines, size), hashOf([...lines].reverse(), 1_000))
      assert.notEqual(hashOf(lines, size), hashOf([...lines.slice(1), `${lines[0]}x`], size))
      assert.notEqual(hashOf(lines, size), hashOf([...lines, lines[0]!], size))
    }),
  )
})
