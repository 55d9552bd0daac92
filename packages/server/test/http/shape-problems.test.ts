import assert from 'node:assert/strict'
import { test } from 'node:test'
import Type from 'typebox'
import { shapeProblems } from '../../src/adapters/http/shape-problems.ts'

const closed = { additionalProperties: false }

test('a route that takes nothing but a path has no shape to be wrong about', () => {
  assert.deepEqual(shapeProblems({ params: Type.Object({ id: Type.String() }, closed) }), [])
})

test('a query or body that is checked can be invalid, one that is closed can have a field too many', () => {
  const open = Type.Object({ a: Type.Optional(Type.String()) })
  assert.deepEqual(shapeProblems({ querystring: open }), ['request.invalid'])
  const querystring = Type.Object({ a: Type.Optional(Type.String()) }, closed)
  assert.deepEqual(shapeProblems({ querystring }), ['request.invalid', 'request.unknown_field'])
})

test('a field that is required anywhere in a body can be missing', () => {
  const deep = Type.Object({ list: Type.Optional(Type.Array(Type.Object({ id: Type.String() }))) })
  const codes = ['request.invalid', 'request.missing_field']
  assert.deepEqual(shapeProblems({ body: deep }), codes)
  // As a form is described that the handler reads itself.
  assert.deepEqual(shapeProblems({ body: { content: { 'multipart/form-data': { schema: deep } } } }), codes)
})
