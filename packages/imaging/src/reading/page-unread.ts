/**
 * Why nothing is known of a page: it took too long, the engine failed, its data is no page, it is larger than any
 * page is read at, or the reader was closed. The page itself is not judged by it: it may be read again.
 */
export type UnreadReason = 'deadline' | 'fault' | 'damaged' | 'too_large' | 'closed'

/** A page that could not be read. Says why and nothing of the page. */
export class PageUnread extends Error {
  override readonly name = 'PageUnread'
  readonly reason: UnreadReason

  constructor(reason: UnreadReason) {
    super(`page not read: ${reason}`)
    this.reason = reason
  }
}
