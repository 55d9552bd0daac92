import type { ProblemFacts } from './problem-facts.ts'

/** What agreements, the audit and what is kept can be told "no" for. */
export const COMPLIANCE_PROBLEMS = {
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
} as const satisfies Record<string, ProblemFacts>
