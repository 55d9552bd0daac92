import { UsageError } from './failures.ts'

export interface Flag {
  /** Where the value stands in the request, with dots. */
  readonly path: string
  /** `clearable`: a text, or "none", which takes it away. */
  readonly kind: 'text' | 'clearable' | 'number' | 'boolean' | 'texts'
}

/** The command line, as far as flags are read from it. */
export type GivenFlags = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

/**
 * The request that the flags and `--name` stand for: only what was given.
 * @throws UsageError for a number or a yes-or-no that is none
 */
export function bodyOf(flags: Readonly<Record<string, Flag>>, given: GivenFlags): Record<string, unknown> {
  const body: Record<string, unknown> = given.name === undefined ? {} : { name: given.name }
  for (const [name, { path, kind }] of Object.entries(flags)) {
    const value = given[name]
    if (value !== undefined) put(body, path.split('.'), readValue(name, kind, value))
  }
  return body
}

/** @throws UsageError for anything but "true" and "false" */
export function readYesOrNo(name: string, given: unknown): boolean {
  if (given !== 'true' && given !== 'false') throw new UsageError(`--${name} takes true or false.`)
  return given === 'true'
}

function readValue(name: string, kind: Flag['kind'], given: unknown): unknown {
  switch (kind) {
    case 'number':
      if (!/^\d+(?:\.\d+)?$/.test(String(given))) throw new UsageError(`--${name} takes a number.`)
      return Number(given)
    case 'boolean':
      return readYesOrNo(name, given)
    case 'clearable':
      return given === 'none' ? null : given
    case 'text':
    case 'texts':
      return given
  }
}

function put(body: Record<string, unknown>, [first = '', second]: readonly string[], value: unknown): void {
  if (second === undefined) body[first] = value
  else body[first] = { ...(body[first] as object | undefined), [second]: value }
}
