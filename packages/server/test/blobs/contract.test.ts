import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { openFileBlobs } from '../../src/adapters/blobs/file-blobs.ts'
import type { BlobRange, Blobs } from '../../src/ports/blobs.ts'
import { MemoryBlobs } from '../support/blobs.ts'

const scratch = mkdtempSync(join(tmpdir(), 'answerback-blobs-'))
after(() => rmSync(scratch, { recursive: true }))

const CAP = { maxBytes: 1_000_000 }
const kinds: Record<string, () => Promise<Blobs>> = {
  'in memory': async () => new MemoryBlobs(),
  'in files': () => openFileBlobs(mkdtempSync(join(scratch, 'root-')), 0),
}

for (const [kind, make] of Object.entries(kinds)) {
  describe(`blobs ${kind}`, () => {
    test('give back what was put, whole or in part', async () => {
      const blobs = await make()
      const value = fc.uint8Array({ maxLength: 300 })
      await fc.assert(
        fc.asyncProperty(value, fc.nat(320), fc.nat(320), async (bytes, start, end) => {
          await blobs.put('documents/doc_a', bytes, CAP)
          assert.deepEqual(await read(blobs, 'documents/doc_a'), Buffer.from(bytes))
          const part = await read(blobs, 'documents/doc_a', { start, end })
          assert.deepEqual(part, Buffer.from(bytes.slice(start, Math.max(start, end))))
        }),
        { numRuns: 60 },
      )
    })

    test('take a stream as its chunks come', async () => {
      const blobs = await make()
      async function* chunks() {
        for (let part = 0; part < 5; part += 1) yield Buffer.alloc(70_000, part)
      }
      assert.deepEqual(await blobs.put('documents/doc_a', chunks(), CAP), {
        key: 'documents/doc_a',
        byteLength: 350_000,
      })
      assert.deepEqual(await blobs.head('documents/doc_a'), { key: 'documents/doc_a', byteLength: 350_000 })
      assert.equal((await read(blobs, 'documents/doc_a'))[349_999], 4)
    })

    test('refuse what is larger than the cap and keep what was there', async () => {
      const blobs = await make()
      await blobs.put('documents/doc_a', Buffer.from('first'), CAP)
      await assert.rejects(blobs.put('documents/doc_a', Buffer.alloc(11), { maxBytes: 10 }), {
        code: 'too_large',
      })
      assert.equal((await read(blobs, 'documents/doc_a')).toString(), 'first')
    })

    test('keep what was there when a source breaks half way', async () => {
      const blobs = await make()
      await blobs.put('documents/doc_a', Buffer.from('first'), CAP)
      async function* broken() {
        yield Buffer.from('half')
        throw new Error('upload ended early')
      }
      await assert.rejects(blobs.put('documents/doc_a', broken(), CAP), { message: 'upload ended early' })
      assert.equal((await read(blobs, 'documents/doc_a')).toString(), 'first')
    })

    test('say when there is none, and delete twice without complaint', async () => {
      const blobs = await make()
      assert.equal(await blobs.head('documents/doc_a'), undefined)
      await assert.rejects(read(blobs, 'documents/doc_a'), { code: 'not_found' })
      await blobs.put('documents/doc_a', Buffer.from('x'), CAP)
      await blobs.delete('documents/doc_a')
      await blobs.delete('documents/doc_a')
      assert.equal(await blobs.head('documents/doc_a'), undefined)
    })

    test('list every value under a folder of keys and no other', async () => {
      const blobs = await make()
      const keys = [
        'documents/ab/doc_a',
        'documents/doc_b',
        'documents/ab',
        'pages/doc_c',
        'documents/3f/ab/doc_d',
      ]
      for (const key of keys) await blobs.put(key, Buffer.from(key), CAP).catch(() => undefined)
      const found: string[] = []
      for await (const info of blobs.list('documents')) found.push(info.key)
      assert.deepEqual(found.sort(), [
        'documents/3f/ab/doc_d',
        'documents/ab',
        'documents/ab/doc_a',
        'documents/doc_b',
      ])
    })

    test('refuse a key that climbs, hides, is absolute or is too long, without repeating it', async () => {
      const blobs = await make()
      const bad = [
        '',
        '.',
        '..',
        '../x',
        'a/../b',
        'a/..',
        '/etc/passwd',
        'a//b',
        'a/',
        'a/.hidden',
        'A',
        'a\\b',
        'a\0b',
      ]
      bad.push(
        'a b',
        'é',
        '_incoming/x',
        'a/_ab/x',
        'x'.repeat(81),
        'a/b/c/d/e/f/g',
        'a/b..c',
        '%2e%2e/x',
        '~/x',
      )
      for (const key of bad) {
        const refused = { code: 'bad_key', message: 'not a valid blob key' }
        await assert.rejects(blobs.put(key, Buffer.from('x'), CAP), refused, JSON.stringify(key))
        await assert.rejects(read(blobs, key), refused)
        await assert.rejects(blobs.head(key), refused)
        await assert.rejects(blobs.delete(key), refused)
      }
    })
  })
}

async function read(blobs: Blobs, key: string, range?: BlobRange): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of blobs.get(key, range)) parts.push(part)
  return Buffer.concat(parts)
}
