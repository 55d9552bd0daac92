import { Problem } from '../../domain/problem/problem.ts'

/** A request's body as all iFax routes take it, whatever form it came in. */
export type Fields = Readonly<Record<string, unknown>>

/** Text, or a number written as one; `undefined` when absent, null or empty. */
export function textField(fields: Fields, name: string, charactersMax = 500): string | undefined {
  const value = fields[name]
  if (value === undefined || value === null || value === '') return undefined
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || text.length > charactersMax) {
    throw new Problem('request.invalid', {
      field: name,
      detail: `"${name}" must be text of at most ${charactersMax} characters.`,
    })
  }
  return text
}

export function requiredText(fields: Fields, name: string): string {
  return required(textField(fields, name), name)
}

/** `jobId` as an int or as a string of digits: clients send both. */
export function jobIdField(fields: Fields, name: string): number | undefined {
  return integerField(fields, name, 'the integer fax-send answered')
}

export function requiredJobId(fields: Fields): number {
  return required(jobIdField(fields, 'jobId'), 'jobId')
}

/** An int or a string of digits. @param what names it to who sends something else */
export function integerField(fields: Fields, name: string, what: string): number | undefined {
  const text = textField(fields, name)?.trim()
  if (text === undefined) return undefined
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new Problem('request.invalid', { field: name, detail: `"${name}" must be ${what}.` })
  }
  return Number(text)
}

/** @throws Problem `request.missing_field` */
export function required<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value
  throw new Problem('request.missing_field', { field: name, detail: `"${name}" is required.` })
}

/** @throws Problem `request.invalid` */
export function orderField(fields: Fields): 'newest' | 'oldest' {
  const order = (textField(fields, 'sortBy') ?? 'newest').toLowerCase()
  if (order === 'newest' || order === 'oldest') return order
  throw new Problem('request.invalid', { field: 'sortBy', detail: '"sortBy" must be newest or oldest.' })
}

/** `true`, `"true"`, `1` or `"1"`. */
export function flagField(fields: Fields, name: string): boolean {
  return [true, 'true', 1, '1'].includes(fields[name] as string)
}
