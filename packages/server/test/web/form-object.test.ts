import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { objectOfFields } from '../../src/adapters/web/form-object.ts'
import { Problem } from '../../src/domain/problem/problem.ts'

const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

test('a field is named by its path, with dots or brackets', () => {
  const object = objectOfFields([
    ['to', '+12025550100'],
    ['cover.subject', 'a'],
    ['cover[toName]', 'b'],
    ['documents[0].url', 'c'],
    ['documents[0][pages]', '1-2'],
    ['documents[1].fileName', 'd'],
  ])
  assert.deepEqual(plain(object), {
    to: '+12025550100',
    cover: { subject: 'a', toName: 'b' },
    documents: [{ url: 'c', pages: '1-2' }, { fileName: 'd' }],
  })
})

test('a name that repeats, or ends in [], makes an array', () => {
  assert.deepEqual(
    plain(
      objectOfFields([
        ['tags', 'a'],
        ['tags', 'b'],
        ['tags', 'c'],
      ]),
    ),
    { tags: ['a', 'b', 'c'] },
  )
  assert.deepEqual(plain(objectOfFields([['tags[]', 'a']])), { tags: ['a'] })
  assert.deepEqual(
    plain(
      objectOfFields([
        ['tags[0]', 'a'],
        ['tags[1]', 'b'],
      ]),
    ),
    { tags: ['a', 'b'] },
  )
})

test('names that reach a prototype, leave holes or contradict each other are refused', () => {
  const fields: [string, string][][] = [
    [['__proto__', 'x']],
    [['__proto__.polluted', 'x']],
    [['cover..subject', 'x']],
    [['documents[5].url', 'x']],
    [['documents[999999999].url', 'x']],
    [
      ['to', 'a'],
      ['to.x', 'b'],
    ],
    [
      ['cover.subject', 'a'],
      ['cover', 'b'],
    ],
    [['', 'x']],
    [['a.b.c.d.e', 'x']],
  ]
  for (const each of fields) assert.throws(() => objectOfFields(each), Problem, JSON.stringify(each))
  assert.equal(({} as { polluted?: string }).polluted, undefined)
})

test('constructor is a name like any other and reaches nothing', () => {
  const object = objectOfFields([['constructor.prototype.polluted', 'x']])
  assert.deepEqual(plain(object), { constructor: { prototype: { polluted: 'x' } } })
  assert.equal(({} as { polluted?: string }).polluted, undefined)
})

test('any fields give an object or a problem', () => {
  const name = fc.oneof(fc.string({ maxLength: 20 }), fc.stringMatching(/^[a-c](\.[a-c]|\[[0-3]?\]){0,3}$/))
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string({ maxLength: 5 })), { maxLength: 12 }), (fields) => {
      try {
        assert.equal(typeof objectOfFields(fields), 'object')
      } catch (error) {
        assert.ok(error instanceof Problem, String(error))
      }
    }),
    { numRuns: 2000 },
  )
})
