import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formBody } from '../../src/adapters/ifax/form-body.ts'

/** Reads a form as a receiver would: with somebody else's parser. */
function parse({ contentType, bytes }: ReturnType<typeof formBody>): Promise<FormData> {
  return new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData()
}

const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.replace(/\0/g, ''))

test('a receiver reads the fields and the file back, whatever stands in them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(text, fc.integer(), fc.boolean()), { maxLength: 5 }),
      fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined }),
      async (values, content) => {
        const fields = values.map((value, index) => [`field${index}`, value] as const)
        const file = content && {
          name: 'filename',
          fileName: '1000001.pdf',
          mediaType: 'application/pdf',
          bytes: content,
        }
        const form = await parse(formBody('evt_01jd0000000000000000000000', fields, file))
        assert.deepEqual(
          fields.map(([name]) => form.get(name)),
          fields.map(([, value]) => String(value).toWellFormed()),
        )
        const read = form.get('filename')
        if (!content) return assert.equal(read, null)
        assert.ok(read instanceof Blob)
        assert.deepEqual([read.name, read.type], ['1000001.pdf', 'application/pdf'])
        assert.deepEqual(Buffer.from(await read.arrayBuffer()), Buffer.from(content))
      },
    ),
    { numRuns: 200 },
  )
})
