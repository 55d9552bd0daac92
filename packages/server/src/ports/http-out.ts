/**
 * The one way out over HTTP. Every address a name resolves to must be public, the checked address is the one dialled,
 * and a redirect is a new request with the same checks: nothing inside the operator's network can be reached by a URL that
 * somebody typed, unless the operator listed it.
 */
export interface HttpOut {
  /** @throws HttpOutError; an HTTP status is never an error */
  request(request: HttpOutRequest): Promise<HttpOutResponse>
  /**
   * Refuses now what `request` would refuse later: a URL it does not take, a name that does not resolve, an address that is
   * not public. Nothing is dialled.
   * @throws HttpOutError `address_refused`, `timeout`, `connect` (the name does not resolve)
   */
  check(url: string, options: { readonly timeoutMs: number; readonly policy?: HttpOutPolicy }): Promise<void>
}

export interface HttpOutRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `http:` or `https:`, without user and password. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** From the call to the last byte of the body, name resolution and redirects included. */
  readonly timeoutMs: number
  /** Of the reply's body. */
  readonly maxBytes: number
  /** What to do with a longer body: refuse it (default), or keep what fits. */
  readonly oversize?: 'refuse' | 'cut'
  readonly policy?: HttpOutPolicy
  /** Shows the operator's client certificate to a host that asks for one. */
  readonly presentsCertificate?: boolean
  readonly signal?: AbortSignal
}

export interface HttpOutPolicy {
  /** Redirects to follow, each checked anew (GET and HEAD only). Default 0: a redirect is returned as it came. */
  readonly redirects?: number
  /** Let loopback addresses through. */
  readonly allowLoopback?: boolean
  /** The operator's allow-list: host names, addresses, CIDR blocks. */
  readonly allowedHosts?: readonly string[]
}

export interface HttpOutResponse {
  readonly status: number
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** As sent: a content coding is not undone. */
  readonly body: Buffer
  /** The URL that answered, after redirects. */
  readonly url: string
}

export type HttpOutErrorCode =
  | 'address_refused'
  | 'timeout'
  | 'too_large'
  | 'tls'
  | 'connect'
  | 'protocol'
  | 'aborted'

/** Messages hold neither the URL nor what the far end said. */
export class HttpOutError extends Error {
  readonly code: HttpOutErrorCode

  constructor(code: HttpOutErrorCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.name = 'HttpOutError'
    this.code = code
  }
}
