import { ParseError } from '../../parse-error.ts'
import { MESSAGE_BYTES_MAX } from '../limits.ts'
import { textOf } from './latin1.ts'

const LF = 10
const CR = 13
const CAPACITY_BYTES = 4_096

/** A whole message, or a double CRLF between messages that wants a CRLF back (RFC 5626 §3.5.1). */
export type Framed = { readonly kind: 'message'; readonly bytes: Uint8Array } | { readonly kind: 'ping' }

/** Cuts a TCP or TLS stream into messages by Content-Length (RFC 3261 §18.3). */
export class StreamFramer {
  /** Bytes from `#start` to `#end` are held. Room is doubled, so that small pieces are not each paid for with a copy. */
  #buffer = new Uint8Array(CAPACITY_BYTES)
  #start = 0
  #end = 0
  /** How much of what is held was searched for the end of the header. */
  #searched = 0
  /** Length of the message at the front once its header is whole. */
  #needed: number | undefined
  /** Line ends seen since the last message. */
  #emptyLines = 0

  /**
   * @throws {ParseError} when the stream cannot be cut any more (no length, or too long): close the connection.
   */
  push(bytes: Uint8Array): Framed[] {
    this.#append(bytes)
    const out: Framed[] = []
    for (;;) {
      if (this.#needed === undefined) this.#skipEmptyLines(out)
      const needed = this.#measure()
      if (needed === undefined || this.#end - this.#start < needed) break
      out.push({ kind: 'message', bytes: this.#buffer.slice(this.#start, this.#start + needed) })
      this.#start += needed
      this.#needed = undefined
      this.#searched = 0
      this.#emptyLines = 0
    }
    if (this.#end - this.#start > MESSAGE_BYTES_MAX) throw tooLong()
    return out
  }

  #append(bytes: Uint8Array): void {
    const held = this.#end - this.#start
    if (this.#end + bytes.length > this.#buffer.length) {
      const needed = held + bytes.length
      const target = needed * 2 <= this.#buffer.length ? this.#buffer : new Uint8Array(needed * 2)
      target.set(this.#buffer.subarray(this.#start, this.#end))
      this.#buffer = target
      this.#start = 0
      this.#end = held
    }
    this.#buffer.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** One pair is what a sloppy sender leaves behind a body; two are a ping. */
  #skipEmptyLines(out: Framed[]): void {
    while (this.#start < this.#end) {
      const byte = this.#buffer[this.#start]
      if (byte !== LF && byte !== CR) return
      if (byte === LF && ++this.#emptyLines % 2 === 0) out.push({ kind: 'ping' })
      this.#start++
    }
  }

  #measure(): number | undefined {
    if (this.#needed !== undefined) return this.#needed
    const held = this.#buffer.subarray(this.#start, this.#end)
    for (let i = this.#searched; i < held.length; i++) {
      if (held[i] !== LF) continue
      const next = held[i + 1] === CR ? i + 2 : i + 1
      if (held[next] !== LF) continue
      const length = contentLength(textOf(held.subarray(0, next)))
      if (length === undefined) throw new ParseError('sip.content_length', 0, 'is missing on a stream')
      this.#needed = next + 1 + length
      if (this.#needed > MESSAGE_BYTES_MAX) throw tooLong()
      return this.#needed
    }
    // The last bytes may be the start of the empty line.
    this.#searched = Math.max(0, held.length - 2)
    return undefined
  }
}

function tooLong(): ParseError {
  return new ParseError('sip.message', 0, 'is longer than a message may be')
}

function contentLength(header: string): number | undefined {
  const digits = /\n(?:content-length|l)[ \t]{0,9}:[ \t]{0,9}(\d{1,9})/i.exec(header)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
