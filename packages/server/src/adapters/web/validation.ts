import type { FastifySchema, FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import Format from 'typebox/format'
import { Value } from 'typebox/value'
import { Problem } from '../../domain/problem/problem.ts'
import { nearestName } from './nearest-name.ts'

// Of RFC 3339, whose leap seconds and whose suffixes (RFC 9557) JavaScript does not read, what is a moment to us.
Format.Set('date-time', (text) => Format.IsDateTime(text) && !Number.isNaN(Date.parse(text)))

/** Of a text that must hold something to read. */
const NOT_BLANK = '\\S'

/** What typebox tells about one failed keyword; the parts read here. */
export interface SchemaError {
  readonly keyword: string
  readonly schemaPath: string
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

/**
 * Fastify's validator compiler. Query strings and path parameters arrive as text and are converted; bodies are taken as
 * they are, so `"1"` is not a number. Failures become `Problem`s that name the place and the rule, never the value.
 */
export const compileValidator: FastifySchemaCompiler<FastifySchema> = ({ schema, httpPart }) => {
  const type = schema as TSchema & { 'x-streamed'?: boolean }
  // A body the handler reads itself, as a stream: nothing is left to validate before it.
  if (type['x-streamed']) return (value: unknown) => ({ value })
  const check = Compile(type)
  return (value: unknown) => {
    const candidate = httpPart === 'body' ? (value ?? {}) : Value.Convert(type, value)
    if (check.Check(candidate)) return { value: candidate }
    return { error: problemOfErrors(type, check.Errors(candidate)) }
  }
}

/** Checks a body a handler has put together itself. Throws `Problem`. */
export function assertValid<T>(check: Validator, type: TSchema, value: unknown): asserts value is T {
  if (!check.Check(value)) throw problemOfErrors(type, check.Errors(value))
}

/** The one problem to tell: a name that is not known explains a missing one, so it goes first. */
export function problemOfErrors(type: TSchema, errors: readonly SchemaError[]): Problem {
  const error =
    errors.find((each) => each.keyword === 'additionalProperties') ??
    errors.find((each) => each.keyword === 'required') ??
    insideUnion(errors) ??
    errors[0]
  if (error === undefined) return new Problem('request.invalid')
  if (error.keyword === 'additionalProperties') return unknownField(type, error)
  if (error.keyword === 'required') return missingField(error)
  const field = fieldOf(error.instancePath)
  return new Problem('request.invalid', {
    ...(field === '' ? {} : { field }),
    detail: `${field === '' ? 'The body' : `"${field}"`} ${ruleOf(type, error)}.`,
  })
}

/**
 * Our unions are "this or null": what counts is the rule that `this` broke, at the place furthest in, and not that the
 * value is not null.
 */
function insideUnion(errors: readonly SchemaError[]): SchemaError | undefined {
  const union = errors.find((each) => each.keyword === 'anyOf')
  if (union === undefined) return undefined
  const isNull = (error: SchemaError) =>
    error.keyword === 'type' && (error.params as { type?: string }).type === 'null'
  const broken = errors.filter(
    (each) => each.keyword !== 'anyOf' && !isNull(each) && each.instancePath.startsWith(union.instancePath),
  )
  return broken.sort((a, b) => b.instancePath.length - a.instancePath.length)[0] ?? union
}

function unknownField(type: TSchema, error: SchemaError): Problem {
  const { additionalProperties = [] } = error.params as { additionalProperties?: string[] }
  const unknown = additionalProperties[0] ?? ''
  const known = knownNames(type, error.schemaPath)
  const nearest = nearestName(unknown, known)
  const parent = fieldOf(error.instancePath)
  // A name may be anything the caller typed; it is told back only when it reads like a field's name.
  const tellable = nearest !== undefined || /^[a-z][A-Za-z_]{0,39}$/.test(unknown)
  const field = tellable ? join(parent, unknown.slice(0, 64)) : parent
  const hint = nearest === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean "${nearest}"?`
  return new Problem('request.unknown_field', { ...(field === '' ? {} : { field }), detail: hint })
}

function missingField(error: SchemaError): Problem {
  const { requiredProperties = [] } = error.params as { requiredProperties?: string[] }
  const field = join(fieldOf(error.instancePath), requiredProperties[0] ?? '')
  return new Problem('request.missing_field', { field, detail: `"${field}" is required.` })
}

function ruleOf(type: TSchema, error: SchemaError): string {
  const params = error.params as { allowedValues?: unknown[]; format?: string; limit?: number; type?: string }
  if (error.keyword === 'enum' && params.allowedValues) {
    return `must be one of ${params.allowedValues.map((value) => JSON.stringify(value)).join(', ')}`
  }
  if (error.keyword === 'format' && params.format === 'date-time') {
    return 'must be an RFC 3339 time such as 2026-01-31T09:30:00Z'
  }
  if (error.keyword === 'type' && params.type !== undefined) {
    return `must be ${/^[aeiou]/.test(params.type) ? 'an' : 'a'} ${params.type}`
  }
  if (error.keyword === 'minLength' && params.limit === 1) return 'must not be empty'
  if (error.keyword === 'pattern') return patternRule(schemaAt(type, error.schemaPath))
  if (error.keyword === 'anyOf') return 'has none of the shapes it may have'
  return error.message
}

/** A regular expression is for programs: people are shown an example. */
function patternRule({ pattern, examples }: PatternSchema): string {
  if (pattern === NOT_BLANK) return 'must not be blank'
  if (examples?.[0] !== undefined) return `must look like ${JSON.stringify(examples[0])}`
  return 'holds a character that it may not hold, or lacks one'
}

/** The parts of a schema read here. */
interface PatternSchema {
  readonly pattern?: string
  readonly examples?: readonly unknown[]
  readonly properties?: object
}

function schemaAt(type: TSchema, schemaPath: string): PatternSchema {
  let here: unknown = type
  for (const step of schemaPath.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    here = (here as Record<string, unknown>)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return (here ?? {}) as PatternSchema
}

function knownNames(type: TSchema, schemaPath: string): string[] {
  return Object.keys(schemaAt(type, schemaPath).properties ?? {})
}

/** `/documents/0/data` (RFC 6901) as people write it: `documents[0].data`. */
export function fieldOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : join(path, step)), '')
}

function join(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`
}
