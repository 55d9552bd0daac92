/**
 * Coded bytes, most significant bit first, behind them zeros: no code starts with that many zeros, so a
 * decoder that runs past the end stops there and may read without looking.
 */
export class BitReader {
  /** Row decoders read from here directly; replaced when more bytes need more room. */
  view: DataView
  /** Next bit to read. */
  position = 0
  /** Bits present. */
  end = 0
  /** Bits dropped from the front since the start; `position` plus this is the offset in the whole data. */
  dropped = 0

  constructor(data?: Uint8Array) {
    this.view = new DataView(new ArrayBuffer((data?.length ?? 0) + PADDING_BYTES))
    if (data !== undefined) this.append(data)
  }

  /** Adds bytes behind those present; read ones are dropped when room is needed, and `position` follows. */
  append(data: Uint8Array): void {
    if ((this.end >>> 3) + data.length + PADDING_BYTES > this.view.byteLength) this.#makeRoom(data.length)
    new Uint8Array(this.view.buffer).set(data, this.end >>> 3)
    this.end += data.length * 8
  }

  /** The next 32 bits, zeros past the end. */
  peek(): number {
    const byte = this.position >>> 3
    const shift = this.position & 7
    return (this.view.getInt32(byte) << shift) | (this.view.getUint8(byte + 4) >>> (8 - shift))
  }

  /** The next 25 bits or more, left-aligned: cheaper than `peek`, and enough for any code. */
  peek25(): number {
    return this.view.getInt32(this.position >>> 3) << (this.position & 7)
  }

  #makeRoom(incomingBytes: number): void {
    const spent = Math.min(this.position, this.end) >>> 3
    const used = this.end >>> 3
    const needed = used - spent + incomingBytes + PADDING_BYTES
    // Twice what is needed, so that small pieces are not each paid for with a copy.
    const room = new ArrayBuffer(used === 0 ? needed : needed * 2)
    new Uint8Array(room).set(new Uint8Array(this.view.buffer, spent, used - spent))
    this.view = new DataView(room)
    this.position -= spent * 8
    this.end -= spent * 8
    this.dropped += spent * 8
  }
}

/** A decoder reads at most five bytes from a position less than two codes past the end. */
const PADDING_BYTES = 16
