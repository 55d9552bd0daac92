import { Problem } from '../../domain/problem.ts'

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
  const text = textField(fields, name)
  if (text === undefined) {
    throw new Problem('request.missing_field', { field: name, detail: `"${name}" is required.` })
  }
  return text
}

/** `jobId` as an int or as a string of digits: clients send both. */
export function jobIdField(fields: Fields, name: string): number | undefined {
  const text = textField(fields, name)
  if (text === undefined) return undefined
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new Problem('request.invalid', {
      field: name,
      detail: `"${name}" must be the integer fax-send answered.`,
    })
  }
  return Number(text)
}

export function requiredJobId(fields: Fields): number {
  const jobId = jobIdField(fields, 'jobId')
  if (jobId === undefined) {
    throw new Problem('request.missing_field', { field: 'jobId', detail: '"jobId" is required.' })
  }
  return jobId
}

/** `true`, `"true"`, `1` or `"1"`. */
export function flagField(fields: Fields, name: string): boolean {
  return [true, 'true', 1, '1'].includes(fields[name] as string)
}
