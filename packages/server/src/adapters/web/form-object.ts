import { Problem } from '../../domain/problem/problem.ts'

const STEP = /^[A-Za-z][A-Za-z0-9_]{0,39}$/
const INDEX = /^\d{1,3}$/
const INDEX_MAX = 100

/** Nested text values of a form, before its schema turns them into numbers and booleans. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue }

/**
 * Text fields as the object the JSON body would be. A field's name is its JSON path: `to`, `cover.subject`,
 * `cover[subject]`, `documents[0].url`, `documents[0][pages]`. A name that repeats, or ends in `[]`, makes an array.
 *
 * Throws `Problem` for names that are not paths or that contradict each other.
 */
export function objectOfFields(fields: readonly (readonly [string, string])[]): {
  [name: string]: FormValue
} {
  const root: { [name: string]: FormValue } = Object.create(null)
  for (const [name, value] of fields) put(root, stepsOf(name), value)
  return root
}

function stepsOf(name: string): string[] {
  const steps = name.replace(/\[\]$/, '').replaceAll(']', '').split(/[.[]/)
  const repeats = name.endsWith('[]')
  if (steps.length > 4 || !steps.every((step, at) => STEP.test(step) || (at > 0 && INDEX.test(step)))) {
    throw new Problem('request.invalid', { detail: 'A form field has a name that is not a JSON path.' })
  }
  return repeats ? [...steps, ''] : steps
}

function put(root: { [name: string]: FormValue }, steps: string[], value: string): void {
  let here: { [name: string]: FormValue } | FormValue[] = root
  for (const [at, step] of steps.entries()) {
    const last = at === steps.length - 1
    const held: FormValue | undefined = read(here, step)
    if (last) {
      if (held === undefined) write(here, step, value)
      else if (Array.isArray(held)) held.push(value)
      else if (typeof held === 'string') write(here, step, [held, value])
      else throw contradiction()
      return
    }
    const next: FormValue =
      held ?? (INDEX.test(steps[at + 1]!) || steps[at + 1] === '' ? [] : Object.create(null))
    if (typeof next === 'string') throw contradiction()
    if (held === undefined) write(here, step, next)
    here = next
  }
}

function read(holder: { [name: string]: FormValue } | FormValue[], step: string): FormValue | undefined {
  if (!Array.isArray(holder)) return holder[step]
  return step === '' ? undefined : holder[Number(step)]
}

function write(holder: { [name: string]: FormValue } | FormValue[], step: string, value: FormValue): void {
  if (!Array.isArray(holder)) {
    holder[step] = value
    return
  }
  const index = step === '' ? holder.length : INDEX.test(step) ? Number(step) : Number.NaN
  // Holes would make a sparse array; entries must come in order.
  if (Number.isNaN(index) || index > Math.min(holder.length, INDEX_MAX)) throw contradiction()
  holder[index] = value
}

function contradiction(): Problem {
  return new Problem('request.invalid', { detail: 'Two form fields contradict each other.' })
}
