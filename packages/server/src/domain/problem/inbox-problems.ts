import type { ProblemFacts } from './problem-facts.ts'

/** What a fax that came in, a mailbox or a route can be told "no" for. */
export const INBOX_PROBLEMS = {
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
} as const satisfies Record<string, ProblemFacts>
