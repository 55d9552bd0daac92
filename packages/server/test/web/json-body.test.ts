import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJsonBody } from '../../src/adapters/web/json-body.ts'
import { Problem } from '../../src/domain/problem/problem.ts'

const parse = (text: string) => parseJsonBody(Buffer.from(text))

test('JSON is read, and no bytes are no body', () => {
  assert.deepEqual(parse('{"a":[1,{"b":null}]}'), { a: [1, { b: null }] })
  assert.equal(parse(''), undefined)
})

test('what is not JSON or not UTF-8 is refused without a word of it', () => {
  for (const bytes of [Buffer.from('{"Zebra'), Buffer.from([0x22, 0xc3, 0x28, 0x22]), Buffer.from('nan')]) {
    assert.throws(
      () => parseJsonBody(bytes),
      (error) => error instanceof Problem && !`${error.detail}`.includes('Zebra'),
    )
  }
})

test('sixteen levels pass, more do not, however long the body', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  parse(nested(16))
  assert.throws(() => parse(nested(18)), /not valid/)
  assert.throws(() => parse(nested(100_000)), /not valid/)
})

test('more values than any request has are refused before they are parsed, and a long text is one value', () => {
  const refused = (text: string) =>
    assert.throws(
      () => parse(text),
      (error) => error instanceof Problem && /more than/.test(`${error.detail}`),
    )
  refused(`[${'1,'.repeat(20_000)}1]`)
  refused(`{${Array.from({ length: 12_000 }, (_, index) => `"k${index}":1`).join(',')}}`)
  refused('{"a":'.repeat(30_000))
  refused(JSON.stringify({ a: '"'.repeat(30_000) }))
  refused(' '.repeat(3_000_000))
  refused(`${'"",'.repeat(11_000)}"`)
  const text = `${'A'.repeat(3_000_000)}\\" , [ {`
  assert.deepEqual(parse(`{"data":"${text}"}`), { data: JSON.parse(`"${text}"`) })
  assert.deepEqual(parse('{"a\\\\":"\\\\","b":["\\""]}'), { 'a\\': '\\', b: ['"'] })
})

test('half of a character is refused, in a text, in a key and alone', () => {
  for (const text of ['{"a":["x\\ud800"]}', '{"\\udc00":1}', '"\\ud83d"', '{"a":{"b":"\\ude00\\ud83d"}}'])
    assert.throws(() => parse(text), /lone surrogate|not valid/, text)
  assert.deepEqual(parse('{"a":"\\ud83e\\udd93"}'), { a: '\u{1f993}' })
})

test('a key that could reach a prototype is refused at any depth', () => {
  assert.throws(() => parse('{"a":[{"__proto__":{"polluted":1}}]}'), Problem)
  assert.equal(({} as { polluted?: number }).polluted, undefined)
})
