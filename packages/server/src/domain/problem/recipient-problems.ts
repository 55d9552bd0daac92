import type { ProblemFacts } from './problem-facts.ts'

/** What confirming a recipient, or reporting a fax that went astray, can be told "no" for. */
export const RECIPIENT_PROBLEMS = {
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
} as const satisfies Record<string, ProblemFacts>
