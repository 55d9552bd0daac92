import { ParseError } from '../../parse-error.ts'
import { MESSAGE_BYTES_MAX } from '../limits.ts'
import { textOf } from './latin1.ts'

const LF = 10
const CR = 13

/** A whole message, or a double CRLF between messages that wants a CRLF back (RFC 5626 §3.5.1). */
export type Framed = { readonly kind: 'message'; readonly bytes: Uint8Array } | { readonly kind: 'ping' }

/** Cuts a TCP or TLS stream into messages by Content-Length (RFC 3261 §18.3). */
export class StreamFramer {
  #held = new Uint8Array(0)
  /** Where the search for the end of the header goes on, so that a slow sender costs no rescans. */
  #searched = 0
  /** Length of the message at the front once its header is whole. */
  #needed: number | undefined

  /**
   * @throws {ParseError} when the stream cannot be cut any more (no length, or too long): close the connection.
   */
  push(bytes: Uint8Array): Framed[] {
    const joined = new Uint8Array(this.#held.length + bytes.length)
    joined.set(this.#held)
    joined.set(bytes, this.#held.length)
    this.#held = joined
    const out: Framed[] = []
    let at = 0
    for (;;) {
      if (this.#needed === undefined) at = this.#skipEmptyLines(at, out)
      const needed = this.#measure(at)
      if (needed === undefined || joined.length - at < needed) break
      out.push({ kind: 'message', bytes: joined.slice(at, at + needed) })
      at += needed
      this.#needed = undefined
      this.#searched = 0
    }
    this.#held = joined.subarray(at)
    if (this.#held.length > MESSAGE_BYTES_MAX)
      throw new ParseError('sip.message', 0, 'is longer than a message may be')
    return out
  }

  #skipEmptyLines(from: number, out: Framed[]): number {
    const held = this.#held
    let at = from
    let lineEnds = 0
    while (at < held.length && (held[at] === LF || held[at] === CR)) {
      // One pair is what a sloppy sender leaves behind a body; two are a ping.
      if (held[at] === LF && ++lineEnds % 2 === 0) out.push({ kind: 'ping' })
      at++
    }
    // A ping may arrive in two pieces: keep a lone pair until the next byte tells.
    return at === held.length && lineEnds % 2 === 1 ? at - pairLength(held, at) : at
  }

  #measure(at: number): number | undefined {
    if (this.#needed !== undefined) return this.#needed
    const held = this.#held
    for (let i = at + this.#searched; i < held.length; i++) {
      if (held[i] !== LF) continue
      const next = held[i + 1] === CR ? i + 2 : i + 1
      if (held[next] !== LF || next >= held.length) continue
      const headerBytes = next + 1 - at
      const length = contentLength(textOf(held.subarray(at, next)))
      if (length === undefined) throw new ParseError('sip.content_length', 0, 'is missing on a stream')
      this.#needed = headerBytes + length
      if (this.#needed > MESSAGE_BYTES_MAX)
        throw new ParseError('sip.message', 0, 'is longer than a message may be')
      return this.#needed
    }
    // The last bytes may be the start of the empty line.
    this.#searched = Math.max(0, held.length - at - 2)
    return undefined
  }
}

function pairLength(held: Uint8Array, end: number): number {
  return end >= 2 && held[end - 2] === CR ? 2 : 1
}

function contentLength(header: string): number | undefined {
  const digits = /\n(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})/i.exec(header)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
