import type { ProblemFacts } from './problem-facts.ts'

/** What the account, its keys and its webhooks can be told "no" for. */
export const ACCOUNT_PROBLEMS = {
  'api_key.not_found': {
    sentence: 'There is no such key, or it was revoked.',
    fix: 'List the keys of this mode with GET /v2/api-keys.',
    retryable: false,
  },
  'event.not_found': {
    sentence: 'There is no such event.',
    fix: 'List the events of this mode with GET /v2/events.',
    retryable: false,
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
  'account.not_empty': {
    sentence: 'The account cannot be closed while something of it is in use.',
    fix: 'Do what "detail" says, and send the request again.',
    retryable: true,
  },
  'keyring.rotating': {
    sentence: 'The key of this account is being rotated.',
    fix: 'Watch it with GET /v2/keyring, and rotate again when it is done.',
    retryable: true,
  },
} as const satisfies Record<string, ProblemFacts>
