/**
 * Coded bytes as 32-bit words, most significant bit first, behind them zero words: no code starts with that
 * many zeros, so a decoder that runs past the end stops there and may read without looking.
 */
export class BitReader {
  words: Int32Array
  /** Next bit to read. */
  position = 0
  /** Bits present. */
  end = 0

  constructor(data?: Uint8Array) {
    this.words = new Int32Array(PADDING_WORDS + ((data?.length ?? 0) >>> 2) + 1)
    if (data !== undefined) this.append(data)
  }

  /** Adds bytes behind those present; read ones are dropped when room is needed, and `position` follows. */
  append(data: Uint8Array): void {
    const bytesHeld = this.end >>> 3
    const needed = ((bytesHeld + data.length) >>> 2) + 1 + PADDING_WORDS
    if (needed > this.words.length) this.grow(data.length)
    const { words } = this
    let byte = this.end >>> 3
    let i = 0
    for (; i < data.length && (byte & 3) !== 0; i++, byte++)
      words[byte >>> 2]! |= data[i]! << (24 - (byte & 3) * 8)
    for (; i + 4 <= data.length; i += 4, byte += 4) {
      words[byte >>> 2] = (data[i]! << 24) | (data[i + 1]! << 16) | (data[i + 2]! << 8) | data[i + 3]!
    }
    for (; i < data.length; i++, byte++) words[byte >>> 2]! |= data[i]! << (24 - (byte & 3) * 8)
    this.end += data.length * 8
  }

  /** The next 32 bits, zeros past the end. */
  peek(): number {
    const word = this.position >>> 5
    const shift = this.position & 31
    return (this.words[word]! << shift) | ((this.words[word + 1]! >>> 1) >>> (31 - shift))
  }

  /** Bits dropped from the front since the start; `position` plus this is the offset in the whole data. */
  dropped = 0

  private grow(incomingBytes: number): void {
    const spentWords = this.position >>> 5
    const usedWords = (this.end + 31) >>> 5
    const needed = usedWords - spentWords + (incomingBytes >>> 2) + 2 + PADDING_WORDS
    const grown = new Int32Array(Math.max(needed, this.words.length * 2))
    grown.set(this.words.subarray(spentWords, usedWords))
    this.words = grown
    this.position -= spentWords * 32
    this.end -= spentWords * 32
    this.dropped += spentWords * 32
  }
}

/** A row decoder looks at most one window (two words) past the code that shows it the end. */
const PADDING_WORDS = 4
