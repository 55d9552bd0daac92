export interface Description {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, Schema> }
}
interface Operation {
  readonly parameters?: readonly {
    readonly name: string
    readonly in?: string
    readonly schema?: Schema
    readonly description?: string
  }[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema?: Schema }> }
}
export interface Schema {
  readonly description?: string
  readonly type?: string
  readonly format?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly examples?: readonly unknown[]
  readonly required?: readonly string[]
  readonly minItems?: number
  readonly minLength?: number
  readonly minimum?: number
  readonly $ref?: string
  readonly properties?: Record<string, Schema>
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

/** Every field of every request: `METHOD path .field[].field` and `METHOD path ?parameter`. */
export function fieldsOf(description: Description): string[] {
  return describedFields(description).map(({ path }) => path)
}

export interface DescribedField {
  /** As `fieldsOf` writes it. */
  readonly path: string
  readonly name: string
  /** Whether it is a part of the path. */
  readonly isPath: boolean
  readonly description: string
}

/** The same, with what the document says of each. */
export function describedFields({ paths, components }: Description): DescribedField[] {
  const found: DescribedField[] = []
  const textOf = (schema: Schema | undefined): string =>
    [schema?.description, ...[schema?.anyOf ?? [], schema?.items ?? []].flat().map(textOf)].join(' ')
  const walk = (schema: Schema | boolean | undefined, at: string, seen: readonly Schema[]): void => {
    if (typeof schema !== 'object' || seen.includes(schema)) return
    const inner = [...seen, schema]
    if (schema.$ref) walk(components.schemas[schema.$ref.split('/').at(-1)!], at, inner)
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      found.push({ path: `${at}.${name}`, name, isPath: false, description: textOf(property) })
      walk(property, `${at}.${name}`, inner)
    }
    walk(schema.items, `${at}[]`, inner)
    walk(schema.additionalProperties, `${at}[]`, inner)
    for (const each of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])])
      walk(each, at, inner)
  }
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const at = `${method.toUpperCase()} ${path} `
      for (const { schema } of Object.values(operation.requestBody?.content ?? {})) walk(schema, at, [])
      for (const { name, schema, description = '', ...parameter } of operation.parameters ?? []) {
        const isPath = parameter.in === 'path'
        found.push({ path: `${at}?${name}`, name, isPath, description: `${description} ${textOf(schema)}` })
      }
    }
  }
  return found
}
