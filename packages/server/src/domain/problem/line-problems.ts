import type { ProblemFacts } from './problem-facts.ts'

/** What numbers, trunks and providers can be told "no" for. */
export const LINE_PROBLEMS = {
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
} as const satisfies Record<string, ProblemFacts>
