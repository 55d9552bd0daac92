import Type, { type TSchema } from 'typebox'
import { PROBLEM_CODES } from '../../web/problem-status.ts'

export const Time = Type.String({ format: 'date-time', description: 'RFC 3339, UTC.' })

export function Nullable<T extends TSchema>(type: T, description?: string) {
  return Type.Union([type, Type.Null()], description === undefined ? {} : { description })
}

export const ContentDeletedAt = Nullable(
  Time,
  'When its pages and documents were destroyed, by retention or on request.',
)
export const ShreddedAt = Nullable(
  Time,
  'When also its numbers, notes and details were; "to" is empty from then on.',
)

/** An object of a reply or request: no field but those named. */
export function Closed<P extends Record<string, TSchema>>(properties: P, options: object = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options })
}

/** `{ data, nextCursor }`: `nextCursor` is `null` on the last page. */
export function ListOf<T extends TSchema>(item: T) {
  return Closed({
    data: Type.Array(item),
    nextCursor: Nullable(Type.String(), 'Pass it as "cursor" for the next page; null on the last.'),
  })
}

const LIST_LIMIT_MAX = 100

export const Limit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: LIST_LIMIT_MAX, default: 25, description: 'Rows of one page.' }),
)
export const Cursor = Type.Optional(
  Type.String({ minLength: 1, maxLength: 200, description: 'nextCursor of the page before.' }),
)

export function IdParam(prefix: string, what: string) {
  return Closed({ id: Type.String({ maxLength: 64, description: `Id of the ${what}, ${prefix}_…` }) })
}

export const ProblemSchema = Closed(
  {
    type: Type.String({ description: 'URI of the page that explains the code.' }),
    title: Type.String({ description: 'One sentence, the same for every case of the code.' }),
    status: Type.Integer(),
    code: Type.Enum(PROBLEM_CODES as [string, ...string[]], { description: 'Stable.' }),
    detail: Type.String({ description: 'One sentence about this case. Never repeats what was sent.' }),
    field: Type.Optional(
      Type.String({ description: 'JSON path of the offending field, such as documents[0].data.' }),
    ),
    fix: Type.String({ description: 'What to do about it.' }),
    docUrl: Type.String(),
    requestId: Type.String({ description: 'The X-Request-Id of this reply; quote it to the operator.' }),
    retryable: Type.Boolean({ description: 'Whether the very same request may succeed later.' }),
  },
  { description: 'RFC 9457 problem details.' },
)

/** The body of a 204. */
export const Nothing = Type.Null({ description: 'No body.' })
