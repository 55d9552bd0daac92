import { resolve } from 'node:path'

/** What the operator set, by the names of the settings; each value is of its setting's kind. */
export type Settings = Readonly<Record<string, unknown>>

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function optionalPath(value: unknown): string | undefined {
  const path = text(value)
  return path === undefined ? undefined : resolve(path)
}

export function number(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback
}

/** Address that callers use, without a trailing slash. */
export function publicUrlOf(values: Settings): string | undefined {
  return text(values.publicUrl)?.replace(/\/+$/, '')
}
