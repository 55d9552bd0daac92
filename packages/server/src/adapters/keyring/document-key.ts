import type { Transform } from 'node:stream'
import type { CiphertextReader, DocumentKey } from '../../ports/keyring.ts'
import { TAG_BYTES, tampered } from './aead.ts'
import {
  CHUNK_BYTES,
  type ContentPlace,
  HEADER_BYTES,
  newChunkCipher,
  readChunkCipher,
  SEALED_CHUNK_BYTES,
} from './chunked.ts'
import { DecryptTransform, EncryptTransform } from './transforms.ts'

/** @param dataKey 32 bytes, used for this document alone */
export function documentKey(dataKey: Uint8Array, place: ContentPlace): DocumentKey {
  return {
    encrypt: (plaintext) => encryptWhole(dataKey, place, plaintext),
    decrypt: (ciphertext) => decryptWhole(dataKey, place, ciphertext),
    encryptStream: (): Transform => new EncryptTransform(newChunkCipher(dataKey, place)),
    decryptStream: (): Transform => new DecryptTransform((header) => readChunkCipher(dataKey, place, header)),
    decryptRange: (ciphertext, start, end) => decryptRange(dataKey, place, ciphertext, start, end),
  }
}

function encryptWhole(dataKey: Uint8Array, place: ContentPlace, plaintext: Uint8Array): Buffer {
  const cipher = newChunkCipher(dataKey, place)
  const parts: Buffer[] = [cipher.header]
  let at = 0
  do {
    const chunk = plaintext.subarray(at, at + CHUNK_BYTES)
    at += CHUNK_BYTES
    parts.push(cipher.seal(parts.length - 1, at >= plaintext.length, chunk))
  } while (at < plaintext.length)
  return Buffer.concat(parts)
}

function decryptWhole(dataKey: Uint8Array, place: ContentPlace, ciphertext: Uint8Array): Buffer {
  const cipher = readChunkCipher(dataKey, place, ciphertext.subarray(0, HEADER_BYTES))
  const chunkCount = countChunks(ciphertext.length)
  const parts: Buffer[] = []
  for (let index = 0; index < chunkCount; index += 1) {
    const at = HEADER_BYTES + index * SEALED_CHUNK_BYTES
    parts.push(cipher.open(index, index === chunkCount - 1, ciphertext.subarray(at, at + SEALED_CHUNK_BYTES)))
  }
  return Buffer.concat(parts)
}

async function decryptRange(
  dataKey: Uint8Array,
  place: ContentPlace,
  ciphertext: CiphertextReader,
  start: number,
  end: number,
): Promise<Buffer> {
  const chunkCount = countChunks(ciphertext.byteLength)
  const firstChunk = Math.floor(Math.max(start, 0) / CHUNK_BYTES)
  const endChunk = Math.min(Math.ceil(end / CHUNK_BYTES), chunkCount)
  if (firstChunk >= endChunk) return Buffer.alloc(0)
  const cipher = readChunkCipher(dataKey, place, await ciphertext.read(0, HEADER_BYTES))
  const from = HEADER_BYTES + firstChunk * SEALED_CHUNK_BYTES
  const to = Math.min(HEADER_BYTES + endChunk * SEALED_CHUNK_BYTES, ciphertext.byteLength)
  const sealed = await ciphertext.read(from, to)
  if (sealed.length !== to - from) throw tampered()
  const parts: Buffer[] = []
  for (let index = firstChunk; index < endChunk; index += 1) {
    const at = (index - firstChunk) * SEALED_CHUNK_BYTES
    parts.push(cipher.open(index, index === chunkCount - 1, sealed.subarray(at, at + SEALED_CHUNK_BYTES)))
  }
  const offset = firstChunk * CHUNK_BYTES
  return Buffer.concat(parts).subarray(Math.max(start, 0) - offset, end - offset)
}

/** @throws KeyError `tampered` for a length that no encryption gives */
function countChunks(ciphertextLength: number): number {
  const body = ciphertextLength - HEADER_BYTES
  const count = Math.ceil(body / SEALED_CHUNK_BYTES)
  const lastLength = body - (count - 1) * SEALED_CHUNK_BYTES
  // A last chunk without content stands only for an empty document.
  const shortest = count === 1 ? TAG_BYTES : TAG_BYTES + 1
  if (body < TAG_BYTES || lastLength < shortest) throw tampered()
  return count
}
