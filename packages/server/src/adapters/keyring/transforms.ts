import { Transform, type TransformCallback } from 'node:stream'
import { tampered } from './aead.ts'
import { CHUNK_BYTES, type ChunkCipher, HEADER_BYTES, SEALED_CHUNK_BYTES } from './chunked.ts'

/**
 * Gathers bytes into pieces of one size. A full piece is held back until more comes, because only then is it known not to be
 * the last.
 */
class Pieces {
  readonly #size: number
  #held: Buffer[] = []
  #heldBytes = 0

  constructor(size: number) {
    this.#size = size
  }

  /** Adds bytes and takes out the pieces that are surely not the last. */
  add(bytes: Buffer): Buffer[] {
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    if (this.#heldBytes <= this.#size) return []
    const all = Buffer.concat(this.#held)
    const pieces: Buffer[] = []
    let at = 0
    for (; all.length - at > this.#size; at += this.#size) pieces.push(all.subarray(at, at + this.#size))
    this.#held = [all.subarray(at)]
    this.#heldBytes = all.length - at
    return pieces
  }

  /** What is left: the last piece. */
  rest(): Buffer {
    return Buffer.concat(this.#held)
  }
}

/** Plaintext in, header and sealed chunks out. */
export class EncryptTransform extends Transform {
  readonly #cipher: ChunkCipher
  readonly #pieces = new Pieces(CHUNK_BYTES)
  #index = 0

  constructor(cipher: ChunkCipher) {
    super()
    this.#cipher = cipher
    this.push(cipher.header)
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    for (const piece of this.#pieces.add(bytes)) this.push(this.#cipher.seal(this.#index++, false, piece))
    done()
  }

  override _flush(done: TransformCallback): void {
    this.push(this.#cipher.seal(this.#index, true, this.#pieces.rest()))
    done()
  }
}

/** Header and sealed chunks in, checked plaintext out. */
export class DecryptTransform extends Transform {
  readonly #begin: (header: Buffer) => ChunkCipher
  readonly #pieces = new Pieces(SEALED_CHUNK_BYTES)
  #cipher: ChunkCipher | undefined
  #header = Buffer.alloc(0)
  #index = 0

  constructor(begin: (header: Buffer) => ChunkCipher) {
    super()
    this.#begin = begin
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      const body = this.#takeHeader(bytes)
      if (this.#cipher !== undefined) {
        for (const piece of this.#pieces.add(body)) this.push(this.#cipher.open(this.#index++, false, piece))
      }
      done()
    } catch (error) {
      done(error instanceof Error ? error : tampered())
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      const rest = this.#pieces.rest()
      if (this.#cipher === undefined) throw tampered()
      const plaintext = this.#cipher.open(this.#index, true, rest)
      if (plaintext.length === 0 && this.#index > 0) throw tampered()
      this.push(plaintext)
      done()
    } catch (error) {
      done(error instanceof Error ? error : tampered())
    }
  }

  #takeHeader(bytes: Buffer): Buffer {
    if (this.#cipher !== undefined) return bytes
    this.#header = Buffer.concat([this.#header, bytes])
    if (this.#header.length < HEADER_BYTES) return Buffer.alloc(0)
    this.#cipher = this.#begin(this.#header.subarray(0, HEADER_BYTES))
    return this.#header.subarray(HEADER_BYTES)
  }
}
