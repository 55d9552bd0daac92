import { maskNumber } from '../../domain/numbers/number.ts'
import type { FaxNumbers } from './fax-object.ts'

/** Both ends as the caller may see them: whole numbers are content, as in the native API. */
export function shownNumbers(numbers: FaxNumbers, maySeeContent: boolean): FaxNumbers {
  if (maySeeContent) return numbers
  const { to, from } = numbers
  return { to: maskNumber(to), from: from && maskNumber(from) }
}
