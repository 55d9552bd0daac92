import { randomNonce } from '../entropy/random-pool.ts'
import { contextOf, decrypt, deriveKey, encrypt, NONCE_BYTES, TAG_BYTES, tampered } from './aead.ts'

/**
 * The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over AES-256-GCM:
 *
 *     version (1) | salt (32) | chunk | chunk | … | last chunk
 *
 * A chunk is up to 64 KiB of ciphertext and its tag (16); only the last may be shorter, and it may be empty only when it is
 * the first. The salt makes a new key for every encryption, so the nonce can be the chunk's number and a flag that
 * says whether it is the last: a chunk cannot be dropped, moved, repeated or added unnoticed.
 */
export const CHUNK_BYTES = 65_536
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
const VERSION = 1
const SALT_BYTES = 32
export const HEADER_BYTES = 1 + SALT_BYTES
/** 2^32 chunks would be 256 TiB. */
const CHUNKS_MAX = 2 ** 32 - 1

/** Whose content it is: the account and the document. */
export interface ContentPlace {
  readonly accountId: string
  readonly documentId: string
}

/** The chunks of one encrypted content, by number. */
export interface ChunkCipher {
  readonly header: Buffer
  seal(index: number, last: boolean, plaintext: Uint8Array): Buffer
  /** @throws KeyError `tampered` */
  open(index: number, last: boolean, sealed: Uint8Array): Buffer
}

export function newChunkCipher(dataKey: Uint8Array, place: ContentPlace): ChunkCipher {
  return chunkCipher(dataKey, place, Buffer.concat([Buffer.of(VERSION), randomNonce(SALT_BYTES)]))
}

/** @param header the first 33 bytes of the content. @throws KeyError `tampered` */
export function readChunkCipher(dataKey: Uint8Array, place: ContentPlace, header: Uint8Array): ChunkCipher {
  if (header.length !== HEADER_BYTES || header[0] !== VERSION) throw tampered()
  return chunkCipher(dataKey, place, Buffer.from(header))
}

function chunkCipher(dataKey: Uint8Array, place: ContentPlace, header: Buffer): ChunkCipher {
  const context = contextOf('document', place.accountId, place.documentId, `${VERSION}`)
  const key = deriveKey(dataKey, header.subarray(1), context)
  return {
    header,
    seal: (index, last, plaintext) => encrypt(key, nonceOf(index, last), context, plaintext),
    open: (index, last, sealed) => decrypt(key, nonceOf(index, last), context, sealed),
  }
}

/** Seven zero bytes, the chunk's number (4), and 1 for the last chunk. */
function nonceOf(index: number, last: boolean): Buffer {
  if (index > CHUNKS_MAX) throw new RangeError('too many chunks')
  const nonce = Buffer.alloc(NONCE_BYTES)
  nonce.writeUInt32BE(index, 7)
  nonce.writeUInt8(last ? 1 : 0, 11)
  return nonce
}
