import { fixOf, PROBLEMS, type Problem, type ProblemCode } from '../../domain/problem/problem.ts'

interface IFaxCode {
  readonly code: number
  /** The guide's own message; absent for codes of our block, which speak with the problem's sentence. */
  readonly message?: string
}

const INVALID_FORMAT: IFaxCode = { code: 120109, message: 'Invalid file format' }
const NOT_AUTHORISED: IFaxCode = { code: -2074, message: 'Not authorised for the specified contact' }
const PROCESSING: IFaxCode = { code: 11013, message: 'Processing error, try later' }

/**
 * What an iFax client reads for a refusal. Codes known from the guide keep their number and message; every other problem has
 * one of our own block 900000–900999 (900000–900099 are dispositions), so that no real iFax number is ever faked.
 */
const IFAX_CODES: Readonly<Record<ProblemCode, IFaxCode>> = {
  'auth.invalid_key': { code: 12001, message: 'Access token invalid' },
  'auth.forbidden': NOT_AUTHORISED,
  'auth.key_mode_mismatch': NOT_AUTHORISED,
  'auth.baa_required': NOT_AUTHORISED,
  'number.invalid': { code: -2075, message: 'INVALID_NUMBER_FORMAT' },
  'number.not_found': { code: 900200 },
  'number.owned': { code: 900201 },
  'number.order_in_flight': { code: 900202 },
  'number.unavailable': { code: 900203 },
  'number.not_offered': { code: 900204 },
  'number.no_carrier': { code: 900205 },
  'number.of_trunk': { code: 900206 },
  'number.limit': { code: 900207 },
  'destination.not_allowed': { code: 900100 },
  'document.unsupported_type': INVALID_FORMAT,
  'document.corrupt': INVALID_FORMAT,
  'document.encrypted': INVALID_FORMAT,
  'document.too_large': INVALID_FORMAT,
  'document.too_many_pages': INVALID_FORMAT,
  'document.page_selection_invalid': INVALID_FORMAT,
  'document.url_refused': INVALID_FORMAT,
  'document.fetch_failed': INVALID_FORMAT,
  'document.render_failed': INVALID_FORMAT,
  'document.missing': { code: 900110 },
  'document.not_found': { code: 900111 },
  'document.in_use': { code: 900113 },
  'cover.invalid': { code: 900112 },
  'cover.not_found': { code: 900114 },
  'request.invalid': { code: 900120 },
  'request.missing_field': { code: 900121 },
  'request.unknown_field': { code: 900122 },
  'request.too_large': { code: 900123 },
  'request.unsupported_media_type': { code: 900124 },
  'request.not_found': { code: 900125 },
  'idempotency.key_reused': { code: 900130 },
  'idempotency.in_flight': { code: 900131 },
  'idempotency.key_invalid': { code: 900132 },
  'fax.not_found': { code: 900140 },
  'fax.possible_duplicate': { code: 900141 },
  'fax.not_cancelable': { code: 900142 },
  'fax.not_resendable': { code: 900143 },
  'fax.content_not_ready': { code: 900144 },
  'fax.near_miss': { code: 900340 },
  'fax.not_held': { code: 900341 },
  'fax.confirm_mismatch': { code: 900342 },
  'fax.four_eyes': { code: 900343 },
  'webhook.not_found': { code: 900150 },
  'webhook.url_refused': { code: 900151 },
  'trunk.not_found': { code: 900190 },
  'trunk.invalid': { code: 900191 },
  'trunk.test_key': NOT_AUTHORISED,
  'trunk.not_acknowledged': { code: 900192 },
  'trunk.none_usable': { code: 900193 },
  'line.unavailable': { code: 900194 },
  'provider.not_found': { code: 900220 },
  'provider.invalid': { code: 900221 },
  'provider.test_key': NOT_AUTHORISED,
  'associate.not_found': { code: 900290 },
  'associate.invalid': { code: 900291 },
  'associate.ended': { code: 900292 },
  'associate.test_key': NOT_AUTHORISED,
  'compliance.test_key': NOT_AUTHORISED,

  'provider.in_use': { code: 900222 },
  'provider.none_usable': { code: 900223 },
  'provider.not_available': { code: 900224 },
  'reconciliation.running': { code: 900225 },
  'contradiction.not_found': { code: 900226 },
  'inbound.not_found': { code: 900195 },
  'inbound.no_pages': { code: 900196 },
  'inbound.blocked': { code: 900197 },
  'inbound.receiving': { code: 900198 },
  'inbound.superseded': { code: 900199 },
  'mailbox.not_found': { code: 900240 },
  'mailbox.invalid': { code: 900241 },
  'mailbox.not_empty': { code: 900242 },
  'mailbox.is_default': { code: 900243 },
  'route.not_found': { code: 900250 },
  'route.invalid': { code: 900251 },
  'recipient.not_found': { code: 900344 },
  'recipient.exists': { code: 900345 },
  'recipient.suspended': { code: 900346 },
  'recipient.frozen': { code: 900347 },
  'recipient.in_use': { code: 900348 },
  'recipient.confirm_mismatch': { code: 900349 },
  'recipient.code_wrong': { code: 900350 },
  'recipient.code_gone': { code: 900351 },
  'recipient.four_eyes': { code: 900352 },
  'incident.not_found': { code: 900353 },
  'incident.exists': { code: 900354 },
  'incident.closed': { code: 900355 },
  'incident.not_assessed': { code: 900356 },
  'audit.not_found': { code: 900260 },
  'audit.not_logged': { code: 900261 },
  'fax.content_deleted': { code: 900145 },
  'fax.not_ended': { code: 900146 },
  'inbound.content_deleted': { code: 900230 },
  'hold.active': { code: 900270 },
  'hold.not_found': { code: 900271 },
  'hold.limit': { code: 900272 },
  'certificate.not_found': { code: 900273 },
  'keyring.rotating': { code: 900274 },
  'account.not_empty': { code: 900275 },
  'api_key.not_found': { code: 900276 },
  'event.not_found': { code: 900277 },
  'auth.address_refused': NOT_AUTHORISED,
  'auth.insecure_transport': { code: 900278 },
  'auth.signed_out': { code: 900301 },
  'auth.cross_site': { code: 900302 },
  'auth.sign_in_failed': { code: 900303 },
  'auth.second_factor_failed': { code: 900304 },
  'auth.mfa_required': { code: 900305 },
  'auth.mfa_not_fresh': { code: 900306 },
  'auth.no_account': { code: 900307 },
  'auth.password_weak': { code: 900308 },
  'auth.invitation_invalid': { code: 900309 },
  'auth.sso_failed': { code: 900310 },
  'auth.sso_not_set_up': { code: 900311 },
  'passkey.not_found': { code: 900312 },
  'passkey.refused': { code: 900313 },
  'person.not_found': { code: 900314 },
  'person.is_member': { code: 900315 },
  'person.role_refused': { code: 900316 },
  'person.self': { code: 900317 },
  'person.last_owner': { code: 900318 },
  'invitation.not_found': { code: 900319 },
  'session.not_found': { code: 900320 },
  'break_glass.not_found': { code: 900321 },
  'break_glass.reviewed': { code: 900322 },
  'break_glass.own': { code: 900323 },
  'limit.sign_in': { code: 900324 },
  'auth.reset_invalid': { code: 900325 },
  'auth.reset_not_set_up': { code: 900326 },
  'limit.rate': { code: 900160 },
  'limit.quota': { code: 900161 },
  'system.processing': PROCESSING,
  'system.carrier_unavailable': PROCESSING,
  'system.storage_unavailable': PROCESSING,
  'test.live_key': { code: 900170 },
}

export interface IFaxFailure {
  readonly status: 0
  readonly code: number
  readonly message: string
  /** Beyond iFax: which field, why, what to do, our stable code, and the id to give to the operator. */
  readonly field?: string
  readonly detail: string
  readonly errorCode: ProblemCode
  readonly retryable: boolean
  readonly requestId: string
}

export function failureOf(problem: Problem, requestId: string): IFaxFailure {
  const facts = PROBLEMS[problem.code]
  const known = IFAX_CODES[problem.code]
  const field = problem.field && iFaxField(problem.field)
  const said = problem.detail ?? facts.sentence
  return {
    status: 0,
    code: known.code,
    message: known.message ?? said,
    ...(field ? { field } : {}),
    detail: known.message === undefined ? fixOf(problem) : `${said} ${fixOf(problem)}`,
    errorCode: problem.code,
    retryable: facts.retryable,
    requestId,
  }
}

/** Use cases name fields as the native API does. */
const IFAX_FIELDS: Readonly<Record<string, string>> = {
  to: 'faxNumber',
  number: 'faxNumber',
  from: 'callerId',
  sendAt: 'send_at',
  resolution: 'faxQuality',
  'cover.subject': 'subject',
  'cover.fromName': 'from_name',
  'cover.toName': 'to_name',
  'cover.message': 'message',
  'cover.templateId': 'templateId',
}

function iFaxField(field: string): string {
  return IFAX_FIELDS[field] ?? field.replace(/^documents\b/, 'faxData')
}
