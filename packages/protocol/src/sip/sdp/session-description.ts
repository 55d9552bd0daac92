export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

export interface MediaDescription {
  /** `audio`, `image`, … in lower case. */
  readonly media: string
  /** 0 refuses or ends the stream. */
  readonly port: number
  /** As written, e.g. `RTP/AVP`, `udptl`. */
  readonly protocol: string
  readonly formats: readonly string[]
  /** Its own connection address or the session's; '' when neither is given. */
  readonly host: string
  readonly direction: Direction
  /** Name in its own case, value undefined for a bare flag. */
  readonly attributes: readonly (readonly [name: string, value: string | undefined])[]
}

/** The subset of RFC 8866 a fax call needs. */
export interface SessionDescription {
  /** The o= line without its version, to tell sessions apart. */
  readonly origin: string
  /** Goes up with each change (RFC 3264 §8); text, as it may have more digits than a number. */
  readonly version: string
  readonly media: readonly MediaDescription[]
}
