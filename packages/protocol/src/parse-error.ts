/** Input from outside that is not what its standard allows. Names the place, never the bytes: they may be PHI. */
export class ParseError extends Error {
  override readonly name = 'ParseError'
  /** The field being read, e.g. `ifp.field_count`. */
  readonly field: string
  /** In octets (or characters of a text) from the start of the input. */
  readonly offset: number
  /** A fixed sentence fragment, e.g. `is longer than the packet`. */
  readonly reason: string

  constructor(field: string, offset: number, reason: string) {
    super(`${field} at ${offset} ${reason}`)
    this.field = field
    this.offset = offset
    this.reason = reason
  }
}
