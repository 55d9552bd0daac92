import type { LogFields } from '../../ports/logger.ts'

const LENGTH_MAX = 100

/** Whether a value may stand in a log line. */
type Rule = (value: unknown) => boolean

/** `fax_01jd…`: what `Random.id` makes. */
const identifier = matching(/^[a-z]{1,16}_[0-9a-z]{26}$/)

/** An identifier, or a UUID that a proxy in front of us gave the request. */
const requestIdentifier = matching(
  /^(?:[a-z]{1,16}_[0-9a-z]{26}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
)

// None of these can hold a phone number, a sentence, or a file name with a blank; and a name out of a document would
// have to be one of the few words that the code itself chooses.
const snakeCase = matching(/^[a-z][a-z_]{0,30}(?:\d{1,3})?[a-z_]{0,30}$/)
const dashed = matching(/^[a-z]+(?:-[a-z]+){0,5}$/)
const dotted = matching(/^[a-z][a-z_]*(?:\.[a-z][a-z_]*){0,4}$/)
const capitals = matching(/^[A-Z]{2,10}$/)
const route = matching(/^(?:\/(?::?[A-Za-z][A-Za-z-]{0,40}|\*|[a-z]\d{1,2})?(?:\.[a-z]{2,4})?)+$/)
const version = matching(/^v?\d{1,4}(?:\.\d{1,4}){0,2}$/)
/** Our own codes, errno, SQLSTATE, and the numbers of the iFax guide (`-2075`). */
const code = matching(/^(?:[A-Za-z][A-Za-z_]{0,39}|[0-9A-Z]{5}|-?\d{1,6})$/)

const amount: Rule = (value) => typeof value === 'number' && Number.isFinite(value)

/** Every field a line may have, besides `error`. */
const FIELD_RULES: Readonly<Record<Exclude<keyof LogFields, 'error'>, Rule>> = {
  requestId: requestIdentifier,
  accountId: identifier,
  keyId: identifier,
  userId: identifier,
  faxId: identifier,
  attemptId: identifier,
  documentId: identifier,
  eventId: identifier,
  webhookId: identifier,
  deliveryId: identifier,
  trunkId: identifier,
  providerId: identifier,
  inboundId: identifier,
  noticeId: identifier,
  job: dashed,
  eventType: dotted,
  status: snakeCase,
  disposition: snakeCase,
  code,
  reason: snakeCase,
  line: snakeCase,
  mode: snakeCase,
  method: capitals,
  route,
  signal: capitals,
  version,
  httpStatus: amount,
  sipStatus: amount,
  durationMs: amount,
  delayMs: amount,
  count: amount,
  attempt: amount,
  page: amount,
  pages: amount,
  bytes: amount,
  port: amount,
  pid: amount,
}

function matching(pattern: RegExp): Rule {
  return (value) => typeof value === 'string' && value.length <= LENGTH_MAX && pattern.test(value)
}

/** The fields that pass, and how many did not. */
export function admit(fields: object): { admitted: Record<string, unknown>; dropped: number } {
  const admitted: Record<string, unknown> = {}
  let dropped = 0
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'error' || value === undefined) continue
    if (isField(name) && FIELD_RULES[name](value)) admitted[name] = value
    else dropped += 1
  }
  return { admitted, dropped }
}

function isField(name: string): name is keyof typeof FIELD_RULES {
  return Object.hasOwn(FIELD_RULES, name)
}

/** What happened: `fax.accepted`. */
export function isEventName(event: string): boolean {
  return dotted(event)
}

/** An error's code: ours, errno's or SQLSTATE. */
export function isCode(value: string): boolean {
  return code(value)
}
