import type { Description, Schema } from './openapi-fields.ts'

/** A request that is as it should be, but for one place. */
export interface MistakenRequest {
  readonly method: string
  /** Parameters as the document writes them: `{id}`. */
  readonly path: string
  /** `METHOD path .field` or `METHOD path ?parameter`. */
  readonly place: string
  readonly query: string
  readonly body: object | undefined
}

const DEPTH_MAX = 6

/** Every request of the document with `value` in each place there is: parameters of the query, and every field of a JSON body, at any depth. */
export function* requestsWith({ paths, components }: Description, value: string): Generator<MistakenRequest> {
  const named = (schema: Schema | undefined): Schema =>
    schema?.$ref ? components.schemas[schema.$ref.split('/').at(-1)!]! : (schema ?? {})
  for (const [path, methods] of Object.entries(paths)) {
    for (const [name, { parameters = [], requestBody }] of Object.entries(methods)) {
      const method = name.toUpperCase()
      const at = `${method} ${path}`
      const schema = requestBody?.content['application/json']?.schema
      const whole = schema && (sampleOf(named, schema, 0) as object)
      for (const parameter of parameters) {
        if (parameter.in !== 'query') continue
        const query = `?${parameter.name}=${encodeURIComponent(value)}`
        yield { method, path, place: `${at} ?${parameter.name}`, query, body: whole }
      }
      if (schema === undefined) yield { method, path, place: at, query: '', body: undefined }
      else
        for (const leaf of leavesOf(named, schema, [], 0))
          yield {
            method,
            path,
            place: `${at} .${leaf.join('.')}`,
            query: '',
            body: withAt(whole!, leaf, value),
          }
    }
  }
}

type Named = (schema: Schema | undefined) => Schema

/** The least that the schema takes. */
function sampleOf(named: Named, given: Schema, depth: number): unknown {
  const schema = named(given)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf) return sampleOf(named, schema.anyOf[0]!, depth)
  switch (schema.type) {
    case 'object': {
      const needed = Object.entries(schema.properties ?? {}).filter(([name]) =>
        schema.required?.includes(name),
      )
      return Object.fromEntries(needed.map(([name, each]) => [name, sampleOf(named, each, depth + 1)]))
    }
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () =>
        sampleOf(named, schema.items ?? {}, depth + 1),
      )
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      if (schema.format === 'date-time') return '2026-01-02T00:00:00Z'
      return schema.examples?.[0] ?? 'x'.repeat(Math.max(2, schema.minLength ?? 0))
  }
}

type Step = string | number

function* leavesOf(
  named: Named,
  given: Schema,
  at: readonly Step[],
  depth: number,
): Generator<readonly Step[]> {
  const schema = named(given)
  if (depth > DEPTH_MAX) return
  for (const each of schema.anyOf ?? []) yield* leavesOf(named, each, at, depth + 1)
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    yield [...at, name]
    yield* leavesOf(named, property, [...at, name], depth + 1)
  }
  if (schema.items) {
    yield [...at, 0]
    yield* leavesOf(named, schema.items, [...at, 0], depth + 1)
  }
}

/** A copy with `value` at a place, and what it takes to get there. */
function withAt(whole: object, place: readonly Step[], value: string): object {
  const copy = structuredClone(whole)
  let here = copy as Record<Step, unknown>
  for (const [index, step] of place.entries()) {
    if (index === place.length - 1) here[step] = value
    else {
      if (typeof here[step] !== 'object' || here[step] === null)
        here[step] = typeof place[index + 1] === 'number' ? [] : {}
      here = here[step] as Record<Step, unknown>
    }
  }
  return copy
}
