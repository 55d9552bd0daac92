import type { FastifySchema, RouteOptions } from 'fastify'
import type { ProblemCode } from '../../domain/problem/problem.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { PROBLEM_MEDIA_TYPE, problemBody } from '../web/problem-reply.ts'
import { statusOfProblem } from '../web/problem-status.ts'
import type { PersonAccess } from '../web/route-access.ts'
import { COMPONENTS } from './openapi-components.ts'
import { shapeProblems } from './shape-problems.ts'

type Json = Readonly<Record<string, unknown>>

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>
  readonly [member: string]: unknown
}

/** Every request may meet these, whatever the route. */
export const COMMON_PROBLEMS: readonly ProblemCode[] = [
  'auth.invalid_key',
  'auth.forbidden',
  'limit.rate',
  'system.processing',
  'system.storage_unavailable',
]
/** And these, whatever a person may call. */
export const SESSION_PROBLEMS: readonly ProblemCode[] = [
  'auth.signed_out',
  'auth.cross_site',
  'auth.mfa_required',
  'auth.no_account',
]
const IDEMPOTENCY_PROBLEMS: readonly ProblemCode[] = [
  'idempotency.key_invalid',
  'idempotency.key_reused',
  'idempotency.in_flight',
]

/**
 * The OpenAPI 3.1 document of the routes as they are served. Its schemas are the very objects that validate requests and
 * shape replies: TypeBox schemas are JSON Schema 2020-12, which OpenAPI 3.1 takes as it is.
 */
export function openApiDocument(
  routes: readonly RouteOptions[],
  server: { url: string; version: string },
): OpenApiDocument {
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of routes) {
    const methods = [route.method].flat().filter((method) => method !== 'HEAD' && method !== 'OPTIONS')
    if (route.config?.undocumented || route.schema === undefined || route.url.includes('*')) continue
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    for (const method of methods) {
      paths[path] ??= {}
      paths[path][method.toLowerCase()] = operation(route, method)
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Answerback',
      version: server.version,
      description:
        'Fax for clinical software. Test keys (`ab_test_…`) live in a sandbox: send to `+1 202 555 0100` and see it ' +
        'delivered. Every refusal is a problem (RFC 9457) with a stable code, the field, and what to do.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: server.url }],
    security: [{ bearer: [] }],
    tags: tagsOf(routes),
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(COMPONENTS).map(([name, schema]) => [name, refer(schema, name)]),
      ),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-answerback',
          description:
            'Of a person who has signed in, on pages of this server; "answerback" on plain http. X-Answerback-Account and X-Answerback-Mode say where they work.',
        },
      },
    },
  }
}

function tagsOf(routes: readonly RouteOptions[]): Json[] {
  const names = routes.flatMap((route) => (route.schema as { tags?: string[] } | undefined)?.tags ?? [])
  return [...new Set(names)].map((name) => ({ name }))
}

function operation(route: RouteOptions, method: string): Json {
  const schema: FastifySchema & { tags?: string[]; summary?: string; description?: string } =
    route.schema ?? {}
  const { access, problems = [], idempotent = false } = route.config ?? {}
  const needsKey = access?.kind === 'key'
  const takesPerson = needsKey && access.keyHeader === undefined
  const needsPerson = access?.kind === 'person'
  const codes = [
    ...shapeProblems(schema),
    ...problems,
    ...(needsKey || needsPerson ? COMMON_PROBLEMS : []),
    ...(needsPerson || takesPerson ? SESSION_PROBLEMS : []),
    ...(needsPerson && access.factor === 'fresh' ? (['auth.mfa_not_fresh'] as const) : []),
    ...(idempotent ? IDEMPOTENCY_PROBLEMS : []),
  ]
  const scope = needsKey ? `Needs the scope \`${access.scope}\`.` : needsPerson ? personNeeds(access) : ''
  const text = [schema.description, scope].filter(Boolean).join('\n\n')
  return {
    operationId: operationId(route.url, method),
    ...(schema.tags === undefined ? {} : { tags: schema.tags }),
    ...(schema.summary === undefined ? {} : { summary: schema.summary }),
    ...(text === '' ? {} : { description: text }),
    security: [
      ...(needsKey ? [{ bearer: [] }, { apiKey: [] }] : []),
      ...(needsPerson || takesPerson ? [{ session: [] }] : []),
    ],
    parameters: [
      ...parameters(schema.params, 'path'),
      ...parameters(schema.querystring, 'query'),
      ...(idempotent ? [IDEMPOTENCY_HEADER] : []),
    ],
    ...(schema.body === undefined ? {} : { requestBody: requestBody(schema.body) }),
    responses: { ...successes(schema.response), ...refusals(codes) },
  }
}

/** In words, what a route for people asks for. */
function personNeeds({ right, factor }: PersonAccess): string {
  const who =
    right === undefined ? 'For a person who is signed in' : `For a person whose role has \`${right}\``
  const confirmed = {
    waiting: ', also while a second factor is still to come',
    one: '',
    second: ', with a second factor',
    fresh: ', with a second factor of the last five minutes',
  }
  return `${who}${confirmed[factor]}; never for a key.`
}

const IDEMPOTENCY_HEADER: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'For 24 hours the same key with the same request gets the same reply, and the work is done once. Repeated, it tells no secret, and no number, patient or note of a received fax.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

/** `POST /v2/faxes/:id/cancel` is `postV2FaxesByIdCancel`: unique because the route is. */
function operationId(url: string, method: string): string {
  const words = url.split(/[/.-]/).filter(Boolean)
  const named = words.map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word)))
  return method.toLowerCase() + named.join('')
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function parameters(schema: unknown, place: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, type]) => {
    const { description, ...rest } = refer(type) as Json
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    }
  })
}

function requestBody(body: unknown): Json {
  const { content } = body as { content?: Json }
  if (content !== undefined) return { required: true, content: refer(content) }
  const { required = [] } = body as { required?: string[] }
  return { required: required.length > 0, content: { 'application/json': { schema: refer(body) } } }
}

function successes(response: unknown): Json {
  const replies = Object.entries((response ?? {}) as Record<string, Json>)
  if (replies.length === 0) return { 200: { description: 'Done.' } }
  return Object.fromEntries(
    replies.map(([status, reply]) => {
      const description = typeof reply.description === 'string' ? reply.description : 'Done.'
      if (status === '204') return [status, { description: 'Done; no body.' }]
      if (reply.content !== undefined) return [status, { description, content: refer(reply.content) }]
      return [status, { description, content: { 'application/json': { schema: refer(reply) } } }]
    }),
  )
}

/** One response per status, an example for each code that has it. */
function refusals(codes: readonly ProblemCode[]): Json {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of new Set(codes)) {
    const status = statusOfProblem(code)
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, held]) => [
      status,
      {
        description: held.map((code) => `\`${code}\``).join(', '),
        content: {
          [PROBLEM_MEDIA_TYPE]: {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(held.map((code) => [code, { value: example(code) }])),
          },
        },
      },
    ]),
  )
}

function example(code: ProblemCode): Json {
  return { ...problemBody(new Problem(code), 'req_01jd8x3v6rq4h2m7k9a5c0e1tz', undefined) }
}

const COMPONENT_NAMES = new Map<unknown, string>(
  Object.entries(COMPONENTS).map(([name, schema]) => [schema, name]),
)

/** A copy in which named schemas are references, and our own markers are gone. */
function refer(value: unknown, self?: string): unknown {
  const name = COMPONENT_NAMES.get(value)
  if (name !== undefined && name !== self) return { $ref: `#/components/schemas/${name}` }
  if (Array.isArray(value)) return value.map((each) => refer(each))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'x-streamed')
      .map(([key, held]) => [key, refer(held)]),
  )
}
