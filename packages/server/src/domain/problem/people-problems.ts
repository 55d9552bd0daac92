import type { ProblemFacts } from './problem-facts.ts'

/** What people can be told "no" for. None of them says whether an address is known here. */
export const PEOPLE_PROBLEMS = {
  'auth.address_refused': {
    sentence: 'The API key does not work from this address.',
    fix: 'Call from an address in the "allowedAddresses" of the key, or change them with PATCH /v2/api-keys/{id}.',
    retryable: false,
  },
  'auth.insecure_transport': {
    sentence: 'The request did not come over TLS.',
    fix: 'Call the address of the server by https. Whoever runs it: the proxy in front must be among ANSWERBACK_TRUSTED_PROXIES and pass https on alone.',
    retryable: false,
  },
  'auth.signed_out': {
    sentence: 'Nobody is signed in, or the session has ended.',
    fix: 'Sign in again with POST /auth/sign-in.',
    retryable: false,
  },
  'auth.cross_site': {
    sentence: 'The request came from another site.',
    fix: 'Call from a page of this server; programs use an API key instead of a session.',
    retryable: false,
  },
  'auth.sign_in_failed': {
    sentence: 'The sign-in was refused.',
    fix: 'Check the address and the password; whoever is invited sets a password with the link they got.',
    retryable: false,
  },
  'auth.second_factor_failed': {
    sentence: 'The second factor was refused.',
    fix: 'Enter the code the app shows now; each code works once. A backup code does as well.',
    retryable: false,
  },
  'auth.mfa_required': {
    sentence: 'This needs a second factor.',
    fix: 'Confirm with POST /auth/second-factor; whoever has none yet adds one with POST /v2/me/totp or a passkey.',
    retryable: false,
  },
  'auth.mfa_not_fresh': {
    sentence: 'This needs a second factor given just now.',
    fix: 'Confirm with POST /auth/second-factor and send the request again within five minutes.',
    retryable: false,
  },
  'auth.no_account': {
    sentence: 'The person is not a member of this account.',
    fix: 'Name one of the accounts of GET /v2/me in the header X-Answerback-Account.',
    retryable: false,
  },
  'auth.password_weak': {
    sentence: 'The password will not do.',
    fix: 'Take at least fifteen characters that are not a name; a few words are easiest.',
    retryable: false,
  },
  'auth.invitation_invalid': {
    sentence: 'The invitation is unknown, used, revoked or expired.',
    fix: 'Ask whoever invited you for a new one.',
    retryable: false,
  },
  'auth.reset_invalid': {
    sentence: 'The link to choose a new password is unknown, used, replaced by a newer one, or expired.',
    fix: 'Ask for a new one with POST /auth/forgot-password; each works once, for half an hour.',
    retryable: false,
  },
  'auth.reset_not_set_up': {
    sentence: 'This server sends no mail, so it cannot help with a forgotten password.',
    fix: 'Ask an owner or administrator of your account: they disable you and invite you again, as docs/guides/people-and-roles.md says.',
    retryable: false,
  },
  'auth.sso_failed': {
    sentence: 'The identity provider did not vouch for a member.',
    fix: 'Try again; if it persists ask an administrator whether the address there is the one that was invited.',
    retryable: true,
  },
  'auth.sso_not_set_up': {
    sentence: 'This server has no identity provider.',
    fix: 'Sign in with a password or a passkey; the operator sets one up as docs/guides/people-and-roles.md says.',
    retryable: false,
  },
  'passkey.not_found': {
    sentence: 'There is no such passkey.',
    fix: 'List them with GET /v2/me/passkeys.',
    retryable: false,
  },
  'passkey.refused': {
    sentence: 'The passkey did not verify.',
    fix: 'Ask for new options and try again; passkeys need https or localhost, and this server’s own address.',
    retryable: false,
  },
  'person.not_found': {
    sentence: 'There is no such person in this account.',
    fix: 'List them with GET /v2/users.',
    retryable: false,
  },
  'person.is_member': {
    sentence: 'Somebody with this address is a member already.',
    fix: 'Change what they are with PATCH /v2/users/{id}.',
    retryable: false,
  },
  'person.role_refused': {
    sentence: 'Only an owner makes, changes or disables an owner.',
    fix: 'Ask an owner of the account.',
    retryable: false,
  },
  'person.self': {
    sentence: 'Nobody changes their own role or disables themselves.',
    fix: 'Ask another owner or administrator.',
    retryable: false,
  },
  'person.last_owner': {
    sentence: 'The account would be left without an owner.',
    fix: 'Make somebody else an owner first.',
    retryable: false,
  },
  'invitation.not_found': {
    sentence: 'There is no such open invitation.',
    fix: 'List them with GET /v2/users.',
    retryable: false,
  },
  'session.not_found': {
    sentence: 'There is no such session of yours.',
    fix: 'List them with GET /v2/sessions.',
    retryable: false,
  },
  'break_glass.not_found': {
    sentence: 'There is no such use of emergency access.',
    fix: 'List them with GET /v2/break-glass.',
    retryable: false,
  },
  'break_glass.reviewed': {
    sentence: 'This use of emergency access was reviewed before.',
    fix: 'Read the review with GET /v2/break-glass.',
    retryable: false,
  },
  'break_glass.own': {
    sentence: 'Nobody reviews their own use of emergency access.',
    fix: 'Ask somebody else who may review.',
    retryable: false,
  },
  'limit.sign_in': {
    sentence: 'Too many guesses; no more are looked at for a while.',
    fix: 'Wait a quarter of an hour, or sign in with a passkey.',
    retryable: true,
  },
} as const satisfies Record<string, ProblemFacts>
