import type { ProblemFacts } from './problem-facts.ts'

/** What any request can be told "no" for, whatever it is about. */
export const REQUEST_PROBLEMS = {
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
    sentence: 'There is no such path here, or it does not take this method.',
    fix: 'Check the path and the method.',
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
