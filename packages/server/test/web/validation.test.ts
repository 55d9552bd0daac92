import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifySchema } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { nearestName } from '../../src/adapters/web/nearest-name.ts'
import { assertValid, compileValidator, fieldOf, problemOfErrors } from '../../src/adapters/web/validation.ts'
import { Problem } from '../../src/domain/problem/problem.ts'

const Inner = Type.Object(
  { fileName: Type.Optional(Type.String()), pages: Type.Array(Type.String()) },
  { additionalProperties: false },
)
const Outer = Type.Object(
  {
    to: Type.String({ minLength: 3 }),
    documents: Type.Array(Inner, { maxItems: 2 }),
    count: Type.Optional(Type.Integer()),
  },
  { additionalProperties: false },
)
const check = Compile(Outer)

function refusal(value: unknown): Problem {
  return problemOfErrors(Outer, check.Errors(value))
}

test('a JSON pointer is told as people write paths', () => {
  assert.equal(fieldOf('/documents/0/pages/12'), 'documents[0].pages[12]')
  assert.equal(fieldOf(''), '')
  assert.equal(fieldOf('/a~1b/c~0d'), 'a/b.c~d')
})

test('an unknown name explains a missing one, so it is told first', () => {
  const problem = refusal({ too: '+1', documents: [] })
  assert.equal(problem.code, 'request.unknown_field')
  assert.equal(problem.field, 'too')
  assert.equal(problem.detail, 'Did you mean "to"?')
})

test('an unknown name deep inside is compared with the names known there', () => {
  const problem = refusal({ to: '+12', documents: [{ pages: [] }, { pages: [], filname: 'x' }] })
  assert.equal(problem.field, 'documents[1].filname')
  assert.equal(problem.detail, 'Did you mean "fileName"?')
})

test('a name that may be anything but a field is not told back', () => {
  const problem = refusal({ to: '+12', documents: [], 'Test Patient Zebra 1970': 1 })
  assert.equal(problem.field, undefined)
  assert.ok(!JSON.stringify([problem.detail, problem.message]).includes('Zebra'))
})

test('the value that broke a rule is never told', () => {
  for (const value of [
    { to: 'Z', documents: [] },
    { to: 'Zebra', documents: 'Zebra' },
    { to: 'Zebra', documents: [], count: 'Zebra' },
  ]) {
    const problem = refusal(value)
    assert.equal(problem.code, 'request.invalid')
    assert.ok(!`${problem.detail}`.includes('Z'), problem.detail)
  }
})

/** As Fastify hands a schema to the compiler, whatever its types say. */
function compile(schema: TSchema, httpPart: string) {
  return compileValidator({ schema: schema as FastifySchema, httpPart, method: 'POST', url: '/' })
}

test('in a value that may be null, the rule that was broken furthest in is told', () => {
  const Rule = Type.Object({ delay: Type.Integer({ minimum: 1 }) }, { additionalProperties: false })
  const type = Type.Object({
    rule: Type.Union([Rule, Type.Null()]),
    note: Type.Union([Type.String(), Type.Null()]),
  })
  const refusalOf = (value: unknown) => problemOfErrors(type, Compile(type).Errors(value))
  assert.equal(refusalOf({ rule: { delay: 0 }, note: null }).field, 'rule.delay')
  assert.equal(refusalOf({ rule: null, note: 5 }).detail, '"note" must be a string.')
  assert.equal(refusalOf({ rule: { dealy: 1 }, note: null }).detail, 'Did you mean "delay"?')
})

test('a rule is told in words and with an example, never as a regular expression', () => {
  const type = Type.Object({
    day: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', examples: ['2026-01-31'] })),
    note: Type.Optional(Type.String({ minLength: 1, pattern: '\\S' })),
    tags: Type.Optional(Type.Array(Type.String({ minLength: 1, pattern: '^[a-z]+$', examples: ['urgent'] }))),
    token: Type.Optional(Type.String({ pattern: '^[a-z]+$' })),
    end: Type.Optional(Type.Union([Type.String({ pattern: '^\\d$', examples: ['7'] }), Type.Null()])),
  })
  const detailOf = (value: unknown) => problemOfErrors(type, Compile(type).Errors(value)).detail
  assert.equal(detailOf({ day: '31/01/2026' }), '"day" must look like "2026-01-31".')
  assert.equal(detailOf({ note: '' }), '"note" must not be empty.')
  assert.equal(detailOf({ note: '  ' }), '"note" must not be blank.')
  assert.equal(detailOf({ tags: ['ok', 'NO'] }), '"tags[1]" must look like "urgent".')
  assert.equal(detailOf({ token: '?' }), '"token" holds a character that it may not hold, or lacks one.')
  assert.equal(detailOf({ end: 'x' }), '"end" must look like "7".')
})

test('text is converted in a query and taken as it is in a body', () => {
  const schema = Type.Object({ limit: Type.Integer() })
  const query = compile(schema, 'querystring')
  assert.deepEqual(query({ limit: '5' }), { value: { limit: 5 } })
  const body = compile(schema, 'body')
  const refused = body({ limit: '5' }) as { error: unknown }
  assert.ok(refused.error instanceof Problem)
})

test('an absent body is an empty one', () => {
  const schema = Type.Object({ overlapHours: Type.Optional(Type.Integer()) })
  const body = compile(schema, 'body')
  assert.deepEqual(body(undefined), { value: {} })
})

test('assertValid lets a valid value pass and throws a problem otherwise', () => {
  assertValid(check, Outer, { to: '+12', documents: [] })
  assert.throws(() => assertValid(check, Outer, { to: '+12' }), {
    code: 'request.missing_field',
    field: 'documents',
  })
})

test('the nearest name forgives case, dashes, swaps and synonyms, and does not guess wildly', () => {
  const known = ['to', 'from', 'documents', 'clientReference', 'allowDuplicate', 'sendAt']
  const meant: Record<string, string | undefined> = {
    allow_duplicate: 'allowDuplicate',
    'client-reference': 'clientReference',
    docuemnts: 'documents',
    SENDAT: 'sendAt',
    faxNumber: 'to',
    callerId: 'from',
    webhook: undefined,
    zzz: undefined,
    '': undefined,
  }
  for (const [name, nearest] of Object.entries(meant)) assert.equal(nearestName(name, known), nearest, name)
})
