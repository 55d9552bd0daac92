import { createHash } from 'node:crypto'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import { type DocumentType, sniffDocument } from '@answerback/imaging/intake/sniff'
import { Problem } from '../../domain/problem/problem.ts'
import { BlobError } from '../../ports/blobs.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { DocumentRow } from '../../ports/store/document-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { scopeKeys } from '../account-keys.ts'
import type { Services } from '../services.ts'
import { documentBlobKey, putEncrypted, sealDocumentDetails } from './document-content.ts'
import { gather, wholeOf } from './gather.ts'

/** A document whose bytes are stored, encrypted and durable, and whose row is not yet written. */
export interface StagedDocument {
  readonly row: DocumentRow
  /** SHA-256 of the plaintext, hex. */
  readonly sha256: string
  /** Where the request held it, for problems found later. */
  readonly field: string
}

export interface StageOptions {
  readonly fileName?: string
  /** JSON path of the document in the request, e.g. `documents[0].data`. */
  readonly field: string
}

const MEDIA_TYPES: Readonly<Record<DocumentType, string>> = {
  pdf: 'application/pdf',
  tiff: 'image/tiff',
  png: 'image/png',
  jpeg: 'image/jpeg',
}
/** A PDF's header stands within the first 1,024 bytes; the magic of the others within four. */
const HEAD_BYTES = 1024
const FILE_NAME_CHARACTERS_MAX = 255
/** A document up to this size is encrypted and written in one go: the streams that larger ones need cost more than its work. */
const WHOLE_BYTES_MAX = 256 * 1024

/**
 * Stores a document that just came in: told by its content, encrypted under a key of its own from the first byte, and
 * durable when this resolves.
 * @throws Problem document.unsupported_type, document.corrupt, document.too_large; rejects as the source does
 */
export async function stageDocument(
  services: Services,
  scope: Scope,
  source: AsyncIterable<Uint8Array> | Uint8Array,
  options: StageOptions,
): Promise<StagedDocument> {
  const keys = await scopeKeys(services, scope)
  const id = services.random.id('doc')
  const wrappedKey = keys.createDocumentKey(id)
  const blobKey = documentBlobKey(scope.accountId, id)
  const found = await storeEncrypted(services, keys, { id, wrappedKey, blobKey }, source, options.field)
  const fileName = options.fileName?.slice(0, FILE_NAME_CHARACTERS_MAX)
  const { sha256 } = found
  const row: DocumentRow = {
    id,
    purpose: 'source',
    mediaType: MEDIA_TYPES[found.type],
    byteCount: found.byteCount,
    pageCount: null,
    blobKey,
    wrappedKey,
    detailsSealed: sealDocumentDetails(keys, id, { ...(fileName ? { fileName } : {}), sha256 }),
    createdAt: new Date(services.clock.now()),
    expiresAt: null,
  }
  return { row, sha256, field: options.field }
}

/** Removes what `stageDocument` stored, for a request that was refused afterwards. */
export async function discardStaged(services: Services, staged: StagedDocument): Promise<void> {
  await services.blobs.delete(staged.row.blobKey)
}

interface Found {
  readonly type: DocumentType
  readonly byteCount: number
  readonly sha256: string
}

async function storeEncrypted(
  services: Services,
  keys: AccountKeys,
  place: Pick<DocumentRow, 'id' | 'wrappedKey' | 'blobKey'>,
  source: AsyncIterable<Uint8Array> | Uint8Array,
  field: string,
): Promise<Found> {
  const key = keys.document(place.id, place.wrappedKey)
  const bytesMax = services.policy.documentBytesMax
  const meter = new Meter(bytesMax, field)
  // Encryption adds a header and a tag for each chunk: far less than a tenth.
  const maxBytes = Math.ceil(bytesMax * 1.1) + 4096
  try {
    const gathered =
      source instanceof Uint8Array
        ? { bytes: meter.whole(source), rest: undefined }
        : await gather(meter.passing(source), WHOLE_BYTES_MAX)
    if (gathered.rest === undefined)
      await services.blobs.put(place.blobKey, key.encrypt(gathered.bytes), { maxBytes })
    else await putEncrypted(services, key, place.blobKey, wholeOf(gathered), maxBytes)
  } catch (error) {
    if (error instanceof BlobError && error.code === 'too_large') throw tooLarge(bytesMax, field)
    throw error
  }
  return meter.found()
}

/** Counts, hashes and recognises a document while it passes. */
class Meter {
  readonly #bytesMax: number
  readonly #field: string
  readonly #hash = createHash('sha256')
  #head = Buffer.alloc(0)
  #type: DocumentType | undefined
  #byteCount = 0

  constructor(bytesMax: number, field: string) {
    this.#bytesMax = bytesMax
    this.#field = field
  }

  add(chunk: Uint8Array): void {
    this.#byteCount += chunk.length
    if (this.#byteCount > this.#bytesMax) throw tooLarge(this.#bytesMax, this.#field)
    this.#hash.update(chunk)
    if (this.#type === undefined) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES - this.#head.length)])
    }
  }

  whole(bytes: Uint8Array): Uint8Array {
    this.add(bytes)
    this.recognise()
    return bytes
  }

  /** Refuses as soon as the head is there: nobody uploads fifty megabytes of video to learn that it cannot be faxed. */
  recognise(): void {
    try {
      this.#type ??= sniffDocument(this.#head)
    } catch (error) {
      throw asProblem(error, this.#field)
    }
  }

  async *passing(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.add(chunk)
      if (this.#head.length === HEAD_BYTES) this.recognise()
      yield chunk
    }
    this.recognise()
  }

  found(): Found {
    this.recognise()
    return { type: this.#type!, byteCount: this.#byteCount, sha256: this.#hash.digest('hex') }
  }
}

function tooLarge(bytesMax: number, field: string): Problem {
  const megabytes = Math.floor(bytesMax / 1_048_576)
  return new Problem('document.too_large', {
    field,
    detail: `The limit is ${megabytes} MiB for one document.`,
  })
}

/** A refusal of the imaging pipeline as the caller's problem; any other error as it is. */
export function asProblem(error: unknown, field?: string): unknown {
  if (!(error instanceof DocumentRefusal)) return error
  return new Problem(error.code, { ...(field ? { field } : {}), detail: error.message })
}
