import { splitList } from './split.ts'

/** Name in lower case and full, value unfolded and trimmed. */
export type HeaderLine = readonly [name: string, value: string]

/** The header of a message in the order of the wire. Lookups take the full lower-case name. */
export class Headers {
  readonly lines: readonly HeaderLine[]

  constructor(lines: readonly HeaderLine[]) {
    this.lines = lines
  }

  /** The first line of that name. */
  get(name: string): string | undefined {
    for (const [key, value] of this.lines) if (key === name) return value
    return undefined
  }

  /** The values of every line of that name, in order, one entry a line. */
  all(name: string): string[] {
    return this.lines.filter(([key]) => key === name).map(([, value]) => value)
  }

  /**
   * The values of a comma-separated header, on however many lines they stand (RFC 3261 §7.3.1).
   *
   * @throws {ParseError} when there are more values than any honest peer sends.
   */
  list(name: string): string[] {
    return this.all(name).flatMap((value) => splitList(value, name))
  }

  /** Whether a header that lists tokens (Supported, Require, Allow) names one, in any case. */
  names(header: string, token: string): boolean {
    return this.list(header).some((value) => value.toLowerCase() === token.toLowerCase())
  }
}

export interface SipRequest {
  readonly kind: 'request'
  readonly method: string
  /** The Request-URI as text. */
  readonly uri: string
  readonly headers: Headers
  readonly body: Uint8Array
}

export interface SipResponse {
  readonly kind: 'response'
  /** 100–699. */
  readonly status: number
  readonly reason: string
  readonly headers: Headers
  readonly body: Uint8Array
}

export type SipMessage = SipRequest | SipResponse

export const EMPTY_BODY = new Uint8Array(0)
