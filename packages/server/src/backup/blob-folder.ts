import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openFileBlobs } from '../adapters/blobs/file-blobs.ts'
import { type Blobs, checkBlobKey } from '../ports/blobs.ts'
import { BackupError, damaged } from './backup-error.ts'
import { flushFolder } from './final-file.ts'

/** Every key begins with it: `documentBlobKey`. */
const FOLDER = 'documents'

/** Where the blobs of a restore lie until all of it is there; then the folder takes its place. */
export class BlobFolder {
  readonly blobs: Blobs
  readonly #staged: string
  readonly #path: string

  private constructor(blobs: Blobs, staged: string, path: string) {
    this.blobs = blobs
    this.#staged = staged
    this.#path = path
  }

  /** @throws BackupError `not_empty` when blobs lie at `path` already */
  static async open(path: string, nowMs: number): Promise<BlobFolder> {
    await assertNoBlobs(path, nowMs)
    const staged = `${path}.restoring`
    await rm(staged, { recursive: true, force: true })
    return new BlobFolder(await openFileBlobs(staged, nowMs), staged, path)
  }

  async put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      checkBlobKey(key)
    } catch (cause) {
      throw damaged('a blob in it has an impossible name', cause)
    }
    await this.blobs.put(key, bytes, { maxBytes: Number.MAX_SAFE_INTEGER })
  }

  async take(): Promise<void> {
    await rm(this.#path, { recursive: true, force: true })
    await rename(this.#staged, this.#path)
    await flushFolder(dirname(this.#path))
  }

  async drop(): Promise<void> {
    await rm(this.#staged, { recursive: true, force: true })
  }
}

async function assertNoBlobs(path: string, nowMs: number): Promise<void> {
  const blobs = await openFileBlobs(path, nowMs)
  for await (const _ of blobs.list(FOLDER)) {
    const sentence = `Faxes of another installation lie in ${path}: restore into an empty data folder.`
    throw new BackupError('not_empty', sentence)
  }
}
