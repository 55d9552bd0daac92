/**
 * Bits in transmission order, most significant first, gathered in 32-bit words.
 *
 * The row encoders take `words`, `index`, `pending` and `free` into local variables for a row and put them
 * back; that keeps the write of a code word to a shift, an or and a compare.
 */
export class BitWriter {
  words: Uint32Array
  /** The next word to store. */
  index = 0
  /** Bits not stored yet, left-aligned. */
  pending = 0
  /** Unused low bits of `pending`, 0..32. */
  free = 32

  constructor(capacityBytes = 65_536) {
    this.words = new Uint32Array((capacityBytes + 3) >>> 2)
  }

  get bitLength(): number {
    return this.index * 32 + 32 - this.free
  }

  /** Makes room for `bits` more, so that the caller can write them without looking. */
  reserve(bits: number): void {
    const needed = this.index + (bits >>> 5) + 2
    if (needed <= this.words.length) return
    const grown = new Uint32Array(Math.max(needed, this.words.length * 2))
    grown.set(this.words)
    this.words = grown
  }

  /** Appends the low `length` bits (1..31) of `code`, whose higher bits are 0. */
  put(code: number, length: number): void {
    this.reserve(length)
    this.putReserved(code, length)
  }

  /** `put` where `reserve` has been called for enough. */
  putReserved(code: number, length: number): void {
    this.free -= length
    if (this.free >= 0) {
      this.pending |= code << this.free
      return
    }
    this.words[this.index++] = this.pending | (code >>> -this.free)
    this.free += 32
    this.pending = code << this.free
  }

  /** Zero bits up to the next byte boundary plus `shift` bits (0..7). */
  alignTo(shift = 0): void {
    const past = (this.bitLength - shift) & 7
    if (past !== 0) this.put(0, 8 - past)
  }

  /** Everything written, zero-padded to a byte. The writer stays usable. */
  toBytes(): Uint8Array {
    const length = (this.bitLength + 7) >>> 3
    const bytes = new Uint8Array((this.index + 1) * 4)
    const view = new DataView(bytes.buffer)
    for (let i = 0; i < this.index; i++) view.setUint32(i * 4, this.words[i]!)
    view.setUint32(this.index * 4, this.pending)
    return bytes.subarray(0, length)
  }

  /** Removes and returns the bytes that are complete; at most 7 bits stay behind. */
  takeBytes(): Uint8Array {
    const whole = this.bitLength >>> 3
    const rest = this.bitLength & 7
    const all = this.toBytes()
    this.index = 0
    this.pending = rest === 0 ? 0 : all[whole]! << 24
    this.free = 32 - rest
    return all.subarray(0, whole)
  }
}
