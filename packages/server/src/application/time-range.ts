import { Problem } from '../domain/problem/problem.ts'

/**
 * A range that ends before it begins holds nothing, which would look like an answer.
 * @param until the first moment after the range, given as `field`; its beginning as `beginning`
 * @throws Problem `request.invalid`
 */
export function assertTimeRange(
  { from, until }: { readonly from?: Date | undefined; readonly until?: Date | undefined },
  beginning: string,
  field: string,
): void {
  if (from === undefined || until === undefined || from < until) return
  throw new Problem('request.invalid', { field, detail: `"${field}" must be later than "${beginning}".` })
}
