import type { ProblemFacts } from './problem-facts.ts'

/** What a fax that is to be sent can be told "no" for, from its documents to its end. */
export const SENDING_PROBLEMS = {
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
  'document.url_refused': {
    sentence: 'The address of the document is not one this server may fetch from.',
    fix: 'Give a public https address, or send the bytes; the operator can allow-list private ones.',
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
  'cover.not_found': {
    sentence: 'There is no such cover page.',
    fix: 'List them with GET /v2/cover-pages.',
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
} as const satisfies Record<string, ProblemFacts>
