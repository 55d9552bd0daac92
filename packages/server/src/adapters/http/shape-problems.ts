import type { FastifySchema } from 'fastify'
import type { ProblemCode } from '../../domain/problem/problem.ts'

/** What a request may be told about its own shape: read from the schemas that validate it, so that no route can forget one. */
export function shapeProblems({ querystring, body }: FastifySchema): ProblemCode[] {
  const schemas = [querystring, body].filter((schema) => schema !== undefined)
  if (schemas.length === 0) return []
  const isClosed = schemas.some((schema) => holds(schema, 'additionalProperties', isFalse))
  const mustHave = schemas.some((schema) => holds(schema, 'required', isFilled))
  return [
    'request.invalid',
    ...(isClosed ? (['request.unknown_field'] as const) : []),
    ...(mustHave ? (['request.missing_field'] as const) : []),
  ]
}

const isFalse = (value: unknown) => value === false
const isFilled = (value: unknown) => Array.isArray(value) && value.length > 0

/** Whether the keyword says so anywhere in the schema. */
function holds(schema: unknown, keyword: string, says: (value: unknown) => boolean): boolean {
  if (schema === null || typeof schema !== 'object') return false
  return Object.entries(schema).some(
    ([key, value]) => (key === keyword && says(value)) || holds(value, keyword, says),
  )
}
