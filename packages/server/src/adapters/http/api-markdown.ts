import { COMMON_PROBLEMS, type OpenApiDocument, SESSION_PROBLEMS } from './openapi.ts'

interface Operation {
  readonly tags?: readonly string[]
  readonly summary?: string
  readonly description?: string
  readonly parameters: readonly {
    readonly name: string
    readonly in: string
    readonly required: boolean
    readonly schema: Schema
    readonly description?: string
  }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> }
  readonly security: readonly unknown[]
  readonly responses: Readonly<Record<string, { readonly description: string }>>
}

interface Schema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly description?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
}

const quoted = (words: readonly unknown[]) => words.map((word) => `\`${String(word)}\``).join(', ')

const INTRODUCTION = `Base address: where the server listens, \`http://127.0.0.1:8480\` after \`./start\`. Calls under \`/v2\` take a key, as
\`Authorization: Bearer KEY\`, or the session of somebody whose role has the scope; some take people alone and say so. Lists answer
\`{ data, nextCursor }\`: ask again with it as \`cursor\` until it is null. Times are RFC 3339 in UTC. Refusals are problems: see
[errors](errors.md). The same in machine-readable form: \`/openapi.json\`; to try out: \`/docs\`.

Every call under \`/v2\` may be refused with ${quoted(COMMON_PROBLEMS)},
and a person's with ${quoted(SESSION_PROBLEMS)}. "Refusals" names what a call may meet besides.`

/** `docs/reference/api.md`: a test holds the committed file to this. */
export function apiMarkdown(document: OpenApiDocument): string {
  const schemas = (document.components as { schemas: Record<string, Schema> }).schemas
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method,
      operation: operation as unknown as Operation,
    })),
  )
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? 'Other'))]
  const chapters = tags.map((tag) => {
    const held = operations.filter(({ operation }) => (operation.tags?.[0] ?? 'Other') === tag)
    return `## ${tag}\n\n${held.map(({ path, method, operation }) => section(path, method, operation, schemas)).join('\n')}`
  })
  return `# API\n\n<!-- Generated: see packages/server/test/http/reference.db.test.ts -->\n\n${INTRODUCTION}\n\n${chapters.join('\n')}`
}

function section(
  path: string,
  method: string,
  operation: Operation,
  schemas: Record<string, Schema>,
): string {
  const named = operation.parameters.filter((each) => each.in === 'query')
  const json = operation.requestBody?.content['application/json']?.schema
  const body = json?.$ref === undefined ? json : schemas[json.$ref.split('/').at(-1)!]
  const codes = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400)
  const isPublic = operation.security.length === 0
  const own = codes
    .flatMap(([, { description }]) => description.split(', '))
    // A public route has these as its own.
    .filter((code) => isPublic || !COMMON.has(code.slice(1, -1)))
  return [
    `### ${operation.summary ?? path}\n`,
    `\`${method.toUpperCase()} ${path}\`\n`,
    ...(operation.description === undefined ? [] : [`${operation.description}\n`]),
    ...(named.length === 0
      ? []
      : [
          list(
            'Query',
            named.map(({ name, required, description, schema }) =>
              item(
                name,
                words(required, { ...schema, ...(description === undefined ? {} : { description }) }),
              ),
            ),
          ),
        ]),
    ...(body?.properties === undefined ? [] : [list('Body', fields(body))]),
    ...(own.length === 0 ? [] : [`Refusals: ${[...new Set(own)].join(', ')}.\n`]),
  ].join('\n')
}

/** Told once, in the introduction. */
const COMMON: ReadonlySet<string> = new Set([...COMMON_PROBLEMS, ...SESSION_PROBLEMS])

function fields(body: Schema): string[] {
  return Object.entries(body.properties ?? {}).map(([name, schema]) => {
    return item(name, words(body.required?.includes(name) === true, schema))
  })
}

function words(isRequired: boolean, { description, enum: choices }: Schema): string {
  const choice = choices === undefined ? undefined : `One of ${quoted(choices)}.`
  return [isRequired ? 'Required.' : undefined, description, choice].filter(Boolean).join(' ')
}

function list(title: string, items: readonly string[]): string {
  return `${title}:\n\n${items.join('\n')}\n`
}

function item(name: string, description: string | undefined): string {
  return description === undefined || description === '' ? `- \`${name}\`` : `- \`${name}\`: ${description}`
}
