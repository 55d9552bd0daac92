import { Problem } from '../domain/problem/problem.ts'

/**
 * A page goes on after the last row of the one before, whose id is the cursor. What is made of two things bears the names of both.
 * @param prefix of the ids of the rows
 * @throws Problem `request.invalid`
 */
export function assertCursor(prefix: string, cursor: string | undefined): void {
  if (cursor === undefined) return
  const [kind, random = ''] = cursor.split(/_(.*)/s)
  if (kind === prefix && /^[0-9a-z]{26}(?:_[0-9a-z]{26})?$/.test(random)) return
  throw new Problem('request.invalid', {
    field: 'cursor',
    detail: '"cursor" must be the nextCursor of a page.',
  })
}
