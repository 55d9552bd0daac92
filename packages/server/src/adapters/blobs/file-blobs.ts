import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  BlobError,
  type BlobInfo,
  type BlobRange,
  type BlobSource,
  type Blobs,
  checkBlobKey,
} from '../../ports/blobs.ts'
import { FolderSync } from './folder-sync.ts'
import { writeFlushed } from './write-flushed.ts'

/** A write under way for longer than this belonged to a process that is gone. */
const ABANDONED_AFTER_MS = 24 * 3_600_000
/** Begins the names of our own folders; no part of a key can. */
const OURS = '_'

/**
 * Blobs as files: `documents/doc_01m82…` lies at `documents/_01m82a/doc_01m82…`, so that no folder grows past what a file system
 * likes. Folders are 0700, files 0600.
 * A write goes to `_incoming/`, is flushed, renamed into place, and then the folder is flushed.
 */
export class FileBlobs implements Blobs {
  readonly #root: string
  readonly #incoming: string
  readonly #folders = new FolderSync()
  readonly #made = new Set<string>()
  /** Several processes may write into one folder: each begins its names in its own way. */
  readonly #name = `${randomBytes(16).toString('hex')}-`
  #written = 0

  /** Use `openFileBlobs`. @param root an existing folder */
  constructor(root: string) {
    this.#root = root
    this.#incoming = join(root, `${OURS}incoming`)
  }

  async put(key: string, source: BlobSource, options: { readonly maxBytes: number }): Promise<BlobInfo> {
    const path = this.#path(key)
    const incoming = join(this.#incoming, `${this.#name}${this.#written++}`)
    try {
      const byteLength = await writeFlushed(incoming, source, options.maxBytes)
      await this.#makeFolder(dirname(path))
      await rename(incoming, path)
      await this.#folders.sync(dirname(path))
      return { key, byteLength }
    } catch (error) {
      await rm(incoming, { force: true })
      throw error
    }
  }

  async *get(key: string, range?: BlobRange): AsyncGenerator<Uint8Array> {
    const path = this.#path(key)
    if (range !== undefined && range.end <= range.start) return
    const span = range === undefined ? {} : { start: range.start, end: range.end - 1 }
    try {
      yield* createReadStream(path, span)
    } catch (error) {
      if (isMissing(error)) throw new BlobError('not_found', 'no such blob')
      throw error
    }
  }

  async head(key: string): Promise<BlobInfo | undefined> {
    const path = this.#path(key)
    try {
      return { key, byteLength: (await stat(path)).size }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  async delete(key: string): Promise<void> {
    const path = this.#path(key)
    try {
      await rm(path)
    } catch (error) {
      if (isMissing(error)) return
      throw error
    }
    await this.#folders.sync(dirname(path))
  }

  async *list(folder: string): AsyncGenerator<BlobInfo> {
    checkBlobKey(folder)
    for await (const key of keysUnder(join(this.#root, folder), folder)) {
      const info = await this.head(key)
      if (info !== undefined) yield info
    }
  }

  /** Removes what killed processes left half written. */
  async sweep(nowMs: number): Promise<void> {
    await mkdir(this.#incoming, { recursive: true, mode: 0o700 })
    for (const name of await readdir(this.#incoming)) {
      const path = join(this.#incoming, name)
      const found = await stat(path).catch(() => undefined)
      if (found !== undefined && nowMs - found.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true })
    }
  }

  #path(key: string): string {
    checkBlobKey(key)
    const name = basename(key)
    return join(this.#root, dirname(key), shardOf(name), name)
  }

  /** A new folder is an entry of its parent, which must reach the disk as well. */
  async #makeFolder(folder: string): Promise<void> {
    if (this.#made.has(folder)) return
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (let made = folder; made !== this.#root; made = dirname(made)) await this.#folders.sync(dirname(made))
    this.#made.add(folder)
  }
}

/** Opens the blobs kept under `root`, making it when missing, and sweeps what earlier processes left. */
export async function openFileBlobs(root: string, nowMs: number): Promise<Blobs> {
  await mkdir(root, { recursive: true, mode: 0o700 })
  const blobs = new FileBlobs(root)
  await blobs.sweep(nowMs)
  return blobs
}

async function* keysUnder(path: string, key: string): AsyncGenerator<string> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  for (const entry of entries) {
    if (entry.isFile()) yield `${key}/${entry.name}`
    else if (entry.name.startsWith(OURS)) yield* keysUnder(join(path, entry.name), key)
    else yield* keysUnder(join(path, entry.name), `${key}/${entry.name}`)
  }
}

/** `Random.id`: a prefix, then ten characters of time, six of which change every 17 minutes. */
const IDENTIFIER = /^[a-z]+_([0-9a-z]{6})[0-9a-z]{20}$/

/**
 * Blobs named by identifiers lie together by age: those written at the same moment share a folder, and so the flush of
 * that folder. Other names are spread by their hash.
 */
function shardOf(name: string): string {
  const period = IDENTIFIER.exec(name)?.[1]
  return OURS + (period ?? createHash('sha256').update(name).digest('hex').slice(0, 2))
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
