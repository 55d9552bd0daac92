export interface Description {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, Schema> }
}
interface Operation {
  readonly parameters?: readonly { readonly name: string }[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema?: Schema }> }
}
interface Schema {
  readonly $ref?: string
  readonly properties?: Record<string, Schema>
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

/** Every field of every request: `METHOD path .field[].field` and `METHOD path ?parameter`. */
export function fieldsOf({ paths, components }: Description): string[] {
  const found: string[] = []
  const walk = (schema: Schema | boolean | undefined, at: string, seen: readonly Schema[]): void => {
    if (typeof schema !== 'object' || seen.includes(schema)) return
    const inner = [...seen, schema]
    if (schema.$ref) walk(components.schemas[schema.$ref.split('/').at(-1)!], at, inner)
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      found.push(`${at}.${name}`)
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
      for (const parameter of operation.parameters ?? []) found.push(`${at}?${parameter.name}`)
    }
  }
  return found
}
