/** Columns are `snake_case`, fields are `camelCase`: the two mappings, in types and at run time. */
export type Camel<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : S

export type CamelRow<T> = { [K in keyof T as K extends string ? Camel<K> : never]: T[K] }

const camelNames = new Map<string, string>()
const snakeNames = new Map<string, string>()

function camelName(column: string): string {
  let name = camelNames.get(column)
  if (name === undefined) {
    name = column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    camelNames.set(column, name)
  }
  return name
}

function snakeName(field: string): string {
  let name = snakeNames.get(field)
  if (name === undefined) {
    name = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    snakeNames.set(field, name)
  }
  return name
}

/** A row as the ports speak of it. */
export function toFields<T extends object>(row: T): CamelRow<T> {
  const fields: Record<string, unknown> = {}
  for (const [column, value] of Object.entries(row)) fields[camelName(column)] = value
  return fields as CamelRow<T>
}

/** A patch as the table speaks of it; fields that are `undefined` are left out, so they stay as they are. */
export function toColumns(fields: object): Record<string, unknown> {
  const columns: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined) columns[snakeName(field)] = value
  }
  return columns
}
