import { PEOPLE_PROBLEMS } from './people-problems.ts'

/**
 * Everything a caller can be told "no" for, in one table. `code` is stable and dotted; the sentence may change.
 * How a code becomes an HTTP status or an iFax code is the adapters' affair.
 */
export interface ProblemFacts {
  /** One sentence for a person. */
  readonly sentence: string
  /** What to do about it. */
  readonly fix: string
  /** Whether the very same request may succeed later. */
  readonly retryable: boolean
}

export const PROBLEMS = {
  ...PEOPLE_PROBLEMS,
  'auth.invalid_key': {
    sentence: 'The API key is missing, unknown, expired or revoked.',
    fix: 'Send a valid key in the Authorization header as "Bearer ab_test_…" or "Bearer ab_live_…".',
    retryable: false,
  },
  'auth.forbidden': {
    sentence: 'The API key does not have the scope this call needs.',
    fix: 'Use a key with the scope named in "detail", or add it with PATCH /v2/api-keys/{id}.',
    retryable: false,
  },
  'auth.baa_required': {
    sentence: 'No current business associate agreement covers the party this would go to.',
    fix: 'Record the agreement with POST /v2/associates and /v2/associates/{id}/agreements, or an exception with its reason.',
    retryable: false,
  },
  'auth.key_mode_mismatch': {
    sentence: 'A test key cannot leave the sandbox, and a live key cannot enter it.',
    fix: 'Use a test key with the reserved numbers +1 <area> 555 01NN, and a live key with all others.',
    retryable: false,
  },
  'request.invalid': {
    sentence: 'The request is not valid.',
    fix: 'Correct the field named in "field".',
    retryable: false,
  },
  'request.missing_field': {
    sentence: 'A required field is missing.',
    fix: 'Add the field named in "field".',
    retryable: false,
  },
  'request.unknown_field': {
    sentence: 'The request has a field this call does not know.',
    fix: 'Remove or rename the field named in "field".',
    retryable: false,
  },
  'request.too_large': {
    sentence: 'The request is larger than the server accepts.',
    fix: 'Send fewer or smaller documents, or upload each with POST /v2/uploads first.',
    retryable: false,
  },
  'request.unsupported_media_type': {
    sentence: 'The body is neither JSON nor multipart/form-data.',
    fix: 'Send application/json or multipart/form-data.',
    retryable: false,
  },
  'request.not_found': {
    sentence: 'There is no such route or resource.',
    fix: 'Check the path and the id, and that the key belongs to the same account and mode.',
    retryable: false,
  },
  'idempotency.key_reused': {
    sentence: 'This Idempotency-Key was used with a different request.',
    fix: 'Use a new key for a new request.',
    retryable: false,
  },
  'idempotency.in_flight': {
    sentence: 'A request with this Idempotency-Key is still being worked on.',
    fix: 'Wait a second and send the same request again.',
    retryable: true,
  },
  'idempotency.key_invalid': {
    sentence: 'The Idempotency-Key is empty or longer than 255 characters.',
    fix: 'Send 1 to 255 printable ASCII characters.',
    retryable: false,
  },
  'number.invalid': {
    sentence: 'The destination is not a dialable number.',
    fix: 'Send E.164, for example +12025550100.',
    retryable: false,
  },
  'number.not_found': {
    sentence: 'The account has no such number.',
    fix: 'List them with GET /v2/numbers, and check that the key belongs to the same account and mode.',
    retryable: false,
  },
  'number.owned': {
    sentence: 'The account has this number already.',
    fix: 'Find it with GET /v2/numbers.',
    retryable: false,
  },
  'number.order_in_flight': {
    sentence: 'This number is being ordered.',
    fix: 'Wait a minute, then look for it with GET /v2/numbers before you send the request again.',
    retryable: true,
  },
  'number.unavailable': {
    sentence: 'Somebody else has this number.',
    fix: 'Choose one of GET /v2/numbers/available.',
    retryable: false,
  },
  'number.not_offered': {
    sentence: 'The carrier does not sell such a number.',
    fix: 'Choose an area of GET /v2/numbers/areas and a number of GET /v2/numbers/available.',
    retryable: false,
  },
  'number.no_carrier': {
    sentence: 'No carrier that sells numbers is configured for this account.',
    fix: 'Name the numbers your carrier gave you in the trunk ("inbound.dids"), or use a test key: the sandbox sells simulated ones.',
    retryable: false,
  },
  'number.of_trunk': {
    sentence: 'A trunk names this number, and would bring it back.',
    fix: 'Take it out of the "inbound.dids" of the trunk: PATCH /v2/trunks/{id}.',
    retryable: false,
  },
  'number.limit': {
    sentence: 'The account has as many numbers as it may.',
    fix: 'Release some with DELETE /v2/numbers/{id}.',
    retryable: false,
  },
  'destination.not_allowed': {
    sentence: 'No line of this server may call that number.',
    fix: 'With a test key use a reserved number +1 <area> 555 01NN; for others configure a line.',
    retryable: false,
  },
  'document.missing': {
    sentence: 'The fax has neither a document nor a cover sheet.',
    fix: 'Add at least one document, or cover fields.',
    retryable: false,
  },
  'document.unsupported_type': {
    sentence: 'The document is of a kind that cannot be faxed.',
    fix: 'Send a PDF, TIFF, PNG or JPEG.',
    retryable: false,
  },
  'document.corrupt': {
    sentence: 'The document is damaged.',
    fix: 'Open it, save it again and resend; check that it was not cut off in transfer.',
    retryable: false,
  },
  'document.encrypted': {
    sentence: 'The document needs a password.',
    fix: 'Save a copy without a password and send that.',
    retryable: false,
  },
  'document.too_large': {
    sentence: 'The document is larger than the server accepts.',
    fix: 'Split it, or scan at 200 dpi in black and white.',
    retryable: false,
  },
  'document.too_many_pages': {
    sentence: 'The fax has more pages than the server accepts.',
    fix: 'Send it in parts, or choose pages with "pages".',
    retryable: false,
  },
  'document.page_selection_invalid': {
    sentence: 'The page selection does not fit the document.',
    fix: 'Use entries such as "1-5" or "2" within the document\'s page count.',
    retryable: false,
  },
  'document.fetch_failed': {
    sentence: 'The document could not be fetched from its address.',
    fix: 'Check that the address is public, needs no login and answers within the time limit; or send the bytes.',
    retryable: true,
  },
  'document.render_failed': {
    sentence: 'A page could not be rendered faithfully.',
    fix: 'Print the document to a new PDF and send that; compare the page named in "detail".',
    retryable: false,
  },
  'document.not_found': {
    sentence: 'There is no such upload.',
    fix: 'Upload the document again; an upload that is not used expires after 24 hours.',
    retryable: false,
  },
  'document.in_use': {
    sentence: 'A fax was made from this upload.',
    fix: 'Leave it: it is deleted with its fax.',
    retryable: false,
  },
  'cover.invalid': {
    sentence: 'The cover sheet cannot be printed as sent.',
    fix: 'Correct the field named in "field".',
    retryable: false,
  },
  'fax.not_found': {
    sentence: 'There is no such fax.',
    fix: 'Check the id, and that the key belongs to the same account and mode.',
    retryable: false,
  },
  'fax.possible_duplicate': {
    sentence: 'The same document went to the same number a moment ago.',
    fix: 'If a second copy is wanted, send it again with "allowDuplicate": true.',
    retryable: false,
  },
  'fax.near_miss': {
    sentence: 'The number is a slip away from the number of a confirmed recipient.',
    fix: 'Compare the digits with the recipient named in "detail". If the number is right, send it again with "allowNearMiss": true, or add it to the directory first.',
    retryable: false,
  },
  'fax.not_held': {
    sentence: 'The fax does not wait for anybody.',
    fix: 'Read it: one that was released, canceled or has ended needs no release.',
    retryable: false,
  },
  'fax.confirm_mismatch': {
    sentence: 'The number that was typed is not the one the fax goes to.',
    fix: 'Compare the digits with the order. If the fax goes to the wrong number, cancel it.',
    retryable: false,
  },
  'fax.four_eyes': {
    sentence: 'Who sent the fax may not release it: the account asks for two people.',
    fix: 'Let somebody else release it, or cancel it.',
    retryable: false,
  },
  'fax.not_cancelable': {
    sentence: 'The fax has already ended.',
    fix: 'Read its status; an ended fax never changes.',
    retryable: false,
  },
  'fax.not_resendable': {
    sentence: 'The fax has not ended yet, or may have arrived.',
    fix: 'Wait until it ends; for outcome_unknown call the recipient and then resend with "allowDuplicate": true.',
    retryable: false,
  },
  'fax.content_not_ready': {
    sentence: 'The pages of this fax are not rendered yet.',
    fix: 'Wait for the event document.rendered, or ask again in a second.',
    retryable: true,
  },
  'fax.content_deleted': {
    sentence: 'The content of this fax was deleted.',
    fix: 'Read "contentDeletedAt" of the fax; nothing brings its pages back.',
    retryable: false,
  },
  'fax.not_ended': {
    sentence: 'The fax has not ended yet.',
    fix: 'Cancel it, wait until it ends, and send the request again.',
    retryable: true,
  },
  'webhook.not_found': {
    sentence: 'There is no such webhook or delivery.',
    fix: 'List them with GET /v2/webhooks.',
    retryable: false,
  },
  'webhook.url_refused': {
    sentence: 'The webhook address is not one this server may post to.',
    fix: 'Use a public https address; the operator can allow-list private ones.',
    retryable: false,
  },
  'trunk.not_found': {
    sentence: 'There is no such trunk.',
    fix: 'List them with GET /v2/trunks, and check that the key is a live key of the same account.',
    retryable: false,
  },
  'trunk.invalid': {
    sentence: 'The settings of the trunk do not fit together.',
    fix: 'Correct the field named in "field".',
    retryable: false,
  },
  'trunk.test_key': {
    sentence: 'A test key has no trunks: it never leaves the sandbox.',
    fix: 'Use the key that starts with ab_live_.',
    retryable: false,
  },
  'trunk.not_acknowledged': {
    sentence:
      'Fax pages travel unencrypted on this trunk (T.38 over UDPTL), and nobody has said that this is known.',
    fix: 'Read docs/guides/connect-a-trunk.md, then POST /v2/trunks/{id}/acknowledge or "answerback trunk acknowledge".',
    retryable: false,
  },
  'trunk.none_usable': {
    sentence: 'No trunk of this account may call that number.',
    fix: 'List them with GET /v2/trunks: "fault" and "prefixes" say what each is missing.',
    retryable: false,
  },
  'line.unavailable': {
    sentence: 'The SIP line is not running on this server.',
    fix: 'Set "sipListen" (ANSWERBACK_SIP_LISTEN) and restart the server; see docs/reference/configuration.md.',
    retryable: false,
  },
  'associate.not_found': {
    sentence: 'There is no such business associate.',
    fix: 'List them with GET /v2/associates, and check that the key is a live key of the same account.',
    retryable: false,
  },
  'associate.invalid': {
    sentence: 'The associate or its agreement cannot be kept as sent.',
    fix: 'Correct the field named in "field".',
    retryable: false,
  },
  'associate.ended': {
    sentence: 'The relation with this associate has ended.',
    fix: 'Add it anew with POST /v2/associates.',
    retryable: false,
  },
  'associate.test_key': {
    sentence: 'A test key has no associates: it never leaves the sandbox.',
    fix: 'Use the key that starts with ab_live_.',
    retryable: false,
  },
  'compliance.test_key': {
    sentence: 'Compliance is looked at with a live key: the sandbox holds nobody’s data.',
    fix: 'Use the key that starts with ab_live_.',
    retryable: false,
  },
  'provider.not_found': {
    sentence: 'There is no such provider.',
    fix: 'List them with GET /v2/providers, and check that the key is a live key of the same account.',
    retryable: false,
  },
  'provider.invalid': {
    sentence: 'The settings of the provider cannot be used.',
    fix: 'Correct the field named in "field".',
    retryable: false,
  },
  'provider.test_key': {
    sentence: 'A test key has no providers: it never leaves the sandbox.',
    fix: 'Use the key that starts with ab_live_.',
    retryable: false,
  },
  'provider.in_use': {
    sentence: 'The provider still has faxes of this account.',
    fix: 'Set "enabled" to false, wait until they have ended, and remove it then.',
    retryable: true,
  },
  'provider.none_usable': {
    sentence: 'No provider of this account may carry that number.',
    fix: 'List them with GET /v2/providers: "enabled" and "simulated" say what each is for.',
    retryable: false,
  },
  'provider.not_available': {
    sentence: 'This server cannot speak to providers.',
    fix: 'Ask the operator; the server was started without its provider line.',
    retryable: false,
  },
  'reconciliation.running': {
    sentence: 'A reconciliation of this account is running.',
    fix: 'Read its result with GET /v2/reconciliations in a minute.',
    retryable: true,
  },
  'contradiction.not_found': {
    sentence: 'There is no such contradiction, or it was resolved before.',
    fix: 'List the open ones with GET /v2/contradictions.',
    retryable: false,
  },
  'audit.not_found': {
    sentence: 'The account has no such audit entry.',
    fix: 'Take the "position" of an entry of GET /v2/audit-events.',
    retryable: false,
  },
  'audit.not_logged': {
    sentence: 'No checkpoint of the audit log covers this yet.',
    fix: 'Ask again in five minutes; before that a long transaction in the database may have to end.',
    retryable: true,
  },
  'recipient.not_found': {
    sentence: 'The account has no such recipient.',
    fix: 'List them with GET /v2/recipients, and check that the key belongs to the same account and mode.',
    retryable: false,
  },
  'recipient.exists': {
    sentence: 'The number stands in the directory already.',
    fix: 'Find it with GET /v2/recipients?number=….',
    retryable: false,
  },
  'recipient.suspended': {
    sentence: 'The number is suspended: nothing is sent to it.',
    fix: 'Check it with the recipient, then confirm it with POST /v2/recipients/{id}/confirm.',
    retryable: false,
  },
  'recipient.frozen': {
    sentence: 'An incident about this number is open.',
    fix: 'Close the incident first: PATCH /v2/incidents/{id}.',
    retryable: false,
  },
  'recipient.in_use': {
    sentence: 'An incident names this recipient.',
    fix: 'Leave it suspended: nothing is sent to it.',
    retryable: false,
  },
  'recipient.confirm_mismatch': {
    sentence: 'The number that was typed is not the one in the directory.',
    fix: 'Compare the digits with what the recipient said. Another number is another recipient.',
    retryable: false,
  },
  'recipient.code_wrong': {
    sentence: 'That is not the code of the test fax.',
    fix: 'Ask the recipient to read it out again. After five wrong codes it counts no more.',
    retryable: false,
  },
  'recipient.code_gone': {
    sentence: 'No code is waiting: it was used, has expired after seven days, or was guessed at five times.',
    fix: 'Send another test fax: POST /v2/recipients/{id}/verify.',
    retryable: false,
  },
  'recipient.four_eyes': {
    sentence: 'Who entered the number may not confirm it: the account asks for two people.',
    fix: 'Let somebody else confirm it, or send a test fax.',
    retryable: false,
  },
  'incident.not_found': {
    sentence: 'There is no such incident.',
    fix: 'List them with GET /v2/incidents.',
    retryable: false,
  },
  'incident.exists': {
    sentence: 'An incident about this fax is open.',
    fix: 'Find it with GET /v2/incidents.',
    retryable: false,
  },
  'incident.closed': {
    sentence: 'The incident is closed.',
    fix: 'A closed incident stays as it is. Report the fax again if something new came up.',
    retryable: false,
  },
  'incident.not_assessed': {
    sentence: 'Without all four factors a breach is presumed.',
    fix: 'Write a finding for the factor named in "field", or close the incident as a breach (45 CFR 164.402(2)).',
    retryable: false,
  },
  'inbound.not_found': {
    sentence: 'There is no such received fax.',
    fix: 'List them with GET /v2/inbound.',
    retryable: false,
  },
  'inbound.no_pages': {
    sentence: 'No page of this fax was received.',
    fix: 'Read its "message" for the reason; ask the sender to send it again.',
    retryable: false,
  },
  'inbound.content_deleted': {
    sentence: 'The content of this fax was deleted.',
    fix: 'Read "contentDeletedAt" of the fax; nothing brings its pages back.',
    retryable: false,
  },
  'account.not_empty': {
    sentence: 'The account cannot be closed while something of it is in use.',
    fix: 'Do what "detail" says, and send the request again.',
    retryable: true,
  },
  'hold.active': {
    sentence: 'A legal hold keeps this from being destroyed.',
    fix: 'Read the holds with GET /v2/holds; whoever answers for them may release them.',
    retryable: false,
  },
  'hold.not_found': {
    sentence: 'There is no such legal hold, or it was released before.',
    fix: 'List them with GET /v2/holds.',
    retryable: false,
  },
  'hold.limit': {
    sentence: 'The account has as many legal holds as it may.',
    fix: 'Hold a mailbox, a number, a patient or the whole account in place of many faxes.',
    retryable: false,
  },
  'certificate.not_found': {
    sentence: 'There is no such certificate.',
    fix: 'List them with GET /v2/certificates.',
    retryable: false,
  },
  'keyring.rotating': {
    sentence: 'The key of this account is being rotated.',
    fix: 'Watch it with GET /v2/keyring, and rotate again when it is done.',
    retryable: true,
  },
  'inbound.receiving': {
    sentence: 'The fax is still coming in.',
    fix: 'Wait for the event inbound.received or inbound.partially_received; its pages are not all there before.',
    retryable: true,
  },
  'inbound.superseded': {
    sentence: 'The pages of this fax live on in another: it was split or merged before.',
    fix: 'Work with the faxes in "derivedIds" of GET /v2/inbound/{id}.',
    retryable: false,
  },
  'inbound.blocked': {
    sentence: 'A route refuses this call.',
    fix: 'List refused calls with GET /v2/routes/blocked; change or disable the route.',
    retryable: false,
  },
  'mailbox.not_found': {
    sentence: 'There is no such mailbox.',
    fix: 'List them with GET /v2/mailboxes.',
    retryable: false,
  },
  'mailbox.invalid': {
    sentence: 'The mailbox cannot be kept as sent.',
    fix: 'Correct the field named in "field".',
    retryable: false,
  },
  'mailbox.not_empty': {
    sentence: 'Faxes lie in this mailbox, or numbers or routes lead to it.',
    fix: 'Name the mailbox that takes them over: DELETE /v2/mailboxes/{id}?heir=mbx_….',
    retryable: false,
  },
  'mailbox.is_default': {
    sentence: 'The default mailbox cannot be deleted: it takes what nothing sends elsewhere.',
    fix: 'Rename it, or point numbers and routes to other mailboxes.',
    retryable: false,
  },
  'route.not_found': {
    sentence: 'There is no such route.',
    fix: 'List them with GET /v2/routes.',
    retryable: false,
  },
  'route.invalid': {
    sentence: 'The route cannot work as sent.',
    fix: 'Correct the field named in "field".',
    retryable: false,
  },
  'limit.rate': {
    sentence: 'Too many requests.',
    fix: 'Wait for the seconds in Retry-After.',
    retryable: true,
  },
  'limit.quota': {
    sentence: 'A quota of the account is used up.',
    fix: "Read GET /v2/usage and wait, or have the operator or the account's settings raise it.",
    retryable: true,
  },
  'system.processing': {
    sentence: 'The server could not finish the request.',
    fix: 'Send it again with the same Idempotency-Key; if it persists give the operator the request id.',
    retryable: true,
  },
  'system.carrier_unavailable': {
    sentence: 'The carrier does not answer, so it is not known what became of the request.',
    fix: 'Look with GET /v2/numbers in a minute, and send the request again if nothing came of it.',
    retryable: true,
  },
  'system.storage_unavailable': {
    sentence: 'The database, the document store or the key service cannot be reached.',
    fix: 'Send the request again in a minute with the same Idempotency-Key.',
    retryable: true,
  },
  'test.live_key': {
    sentence: 'Test controls work with a test key only.',
    fix: 'Use the key that starts with ab_test_.',
    retryable: false,
  },
} as const satisfies Record<string, ProblemFacts>

export type ProblemCode = keyof typeof PROBLEMS

/** A refusal to be told to the caller. Never carries document content, numbers or names. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  /** JSON path of the offending field, e.g. `documents[0].data`. */
  readonly field: string | undefined
  /** A more exact sentence for this case, free of anything the caller sent but field names. */
  readonly detail: string | undefined

  constructor(code: ProblemCode, options: { field?: string; detail?: string } = {}) {
    super(PROBLEMS[code].sentence)
    this.code = code
    this.field = options.field
    this.detail = options.detail
  }
}
