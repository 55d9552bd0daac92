import { PROBLEMS, type ProblemCode } from '../../domain/problem/problem.ts'

/** Codes whose HTTP status is not the one of their class. */
const STATUS_OF_CODE: Partial<Record<ProblemCode, number>> = {
  'auth.invalid_key': 401,
  'auth.signed_out': 401,
  'auth.sign_in_failed': 401,
  'auth.second_factor_failed': 401,
  'auth.password_weak': 422,
  'auth.reset_not_set_up': 404,
  'auth.sso_not_set_up': 404,
  'person.is_member': 409,
  'person.last_owner': 409,
  'break_glass.reviewed': 409,
  'request.too_large': 413,
  'request.unsupported_media_type': 415,
  'idempotency.key_reused': 422,
  'idempotency.in_flight': 409,
  'document.too_large': 413,
  'document.in_use': 409,
  'fax.content_deleted': 410,
  'inbound.content_deleted': 410,
  'system.storage_unavailable': 503,
  'system.carrier_unavailable': 503,
  'number.owned': 409,
  'number.order_in_flight': 409,
  'number.unavailable': 409,
  'number.no_carrier': 409,
  'number.of_trunk': 409,
  'trunk.test_key': 403,
  'associate.ended': 409,
  'associate.test_key': 403,
  'provider.test_key': 403,
  'provider.in_use': 409,
  'provider.not_available': 409,
  'recipient.confirm_mismatch': 422,
  'recipient.code_wrong': 422,
  'fax.confirm_mismatch': 422,
  'mailbox.not_empty': 409,
  'mailbox.is_default': 409,
}

/** A refusal by its class: the part of the code before the dot. */
const STATUS_OF_CLASS: Readonly<Record<string, number>> = {
  auth: 403,
  request: 400,
  idempotency: 400,
  number: 422,
  destination: 422,
  document: 422,
  cover: 422,
  fax: 409,
  webhook: 422,
  trunk: 422,
  associate: 422,
  compliance: 403,
  line: 409,

  provider: 422,
  reconciliation: 409,
  contradiction: 409,
  inbound: 409,
  audit: 409,
  hold: 409,
  certificate: 404,
  keyring: 409,
  account: 409,
  recipient: 409,
  incident: 409,
  mailbox: 422,
  route: 422,
  person: 403,
  passkey: 422,
  invitation: 422,
  session: 422,
  break_glass: 403,
  limit: 429,
  system: 500,
  test: 403,
}

/** HTTP status of a problem (RFC 9110 §15.5). A new class of codes that is missing here is a bug: it throws. */
export function statusOfProblem(code: ProblemCode): number {
  const exact = STATUS_OF_CODE[code]
  if (exact !== undefined) return exact
  if (code.endsWith('not_found')) return 404
  const status = STATUS_OF_CLASS[code.slice(0, code.indexOf('.'))]
  if (status === undefined) throw new Error(`The problem ${code} has no HTTP status.`)
  return status
}

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[]
