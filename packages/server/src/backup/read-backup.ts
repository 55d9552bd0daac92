import { createHash } from 'node:crypto'
import { damaged } from './backup-error.ts'
import type { OpenBackup } from './envelope.ts'
import { type Frame, readFrames } from './frames.ts'
import { type Manifest, type PartHead, parseManifest, parsePartEnd, parsePartHead } from './manifest.ts'
import { RowHash } from './row-hash.ts'

/** What a reader does with the parts of a backup, in their order. */
export interface PartReader {
  /** The bytes must be read to their end; what they are is proven only then. */
  table(name: string, columns: readonly string[], bytes: AsyncIterable<Buffer>): Promise<void>
  blob(key: string, bytes: AsyncIterable<Buffer>): Promise<void>
}

/**
 * Reads a backup from its beginning to its end, checking every part against its hash and all of them against the manifest.
 * @throws BackupError `damaged`; what the reader was given before must then be undone
 */
export async function readBackup(backup: OpenBackup, reader: PartReader): Promise<Manifest> {
  const frames = readFrames(backup.content())
  const seen: Seen = { tables: [], blobHash: new RowHash(), blobBytes: 0 }
  for (;;) {
    const next = await frames.next()
    if (next.done === true) throw damaged('its manifest is missing')
    if (next.value.kind === 'manifest') {
      const manifest = parseManifest(next.value.bytes)
      if ((await frames.next()).done !== true) throw damaged('something follows its manifest')
      assertWhole(manifest, seen)
      return manifest
    }
    if (next.value.kind !== 'head') throw damaged('a part begins without a description')
    await readPart(parsePartHead(next.value.bytes), frames, reader, seen)
  }
}

/** Reads it all and keeps nothing: whether it is whole and what it holds. @throws BackupError `damaged` */
export function verifyBackup(backup: OpenBackup): Promise<Manifest> {
  return readBackup(backup, {
    table: (_name, _columns, bytes) => drain(bytes),
    blob: (_key, bytes) => drain(bytes),
  })
}

interface Seen {
  readonly tables: Manifest['tables']
  readonly blobHash: RowHash
  blobBytes: number
}

async function readPart(
  head: PartHead,
  frames: AsyncGenerator<Frame>,
  reader: PartReader,
  seen: Seen,
): Promise<void> {
  const rows = new RowHash()
  const bytes = new PartBytes(frames, head.part === 'table' ? rows : undefined)
  if (head.part === 'table') await reader.table(head.name, head.columns, bytes)
  else await reader.blob(head.key, bytes)
  const { byteLength, sha256 } = bytes.end()
  if (head.part === 'table') {
    seen.tables.push({ name: head.name, rows: rows.rows, bytes: byteLength, rowHash: rows.digest() })
  } else {
    seen.blobHash.add(Buffer.from(`${head.key} ${sha256}`))
    seen.blobBytes += byteLength
  }
}

/** The data of one part, which ends only when its hash is right. */
class PartBytes implements AsyncIterable<Buffer> {
  readonly #frames: AsyncGenerator<Frame>
  readonly #rows: RowHash | undefined
  #end: { byteLength: number; sha256: string } | undefined

  constructor(frames: AsyncGenerator<Frame>, rows: RowHash | undefined) {
    this.#frames = frames
    this.#rows = rows
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const digest = createHash('sha256')
    let byteLength = 0
    for (;;) {
      const next = await this.#frames.next()
      if (next.done === true) throw damaged('it ends within a part')
      const { kind, bytes } = next.value
      if (kind === 'end') {
        const told = parsePartEnd(bytes)
        const sha256 = digest.digest('hex')
        if (told.bytes !== byteLength || told.sha256 !== sha256) throw damaged('a part differs from its hash')
        this.#end = { byteLength, sha256 }
        return
      }
      if (kind !== 'data') throw damaged('a part has no end')
      digest.update(bytes)
      this.#rows?.update(bytes)
      byteLength += bytes.length
      yield bytes
    }
  }

  end(): { byteLength: number; sha256: string } {
    if (this.#end === undefined) throw new Error('A part was not read to its end.')
    return this.#end
  }
}

function assertWhole(manifest: Manifest, { tables, blobHash, blobBytes }: Seen): void {
  if (JSON.stringify(tables) !== JSON.stringify(manifest.tables)) {
    throw damaged('its tables are not those its manifest names')
  }
  const { count, bytes, hash } = manifest.blobs
  if (count !== blobHash.rows || bytes !== blobBytes || hash !== blobHash.digest()) {
    throw damaged('its blobs are not those its manifest names')
  }
}

async function drain(bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of bytes) {
    // Its hash is what it is read for.
  }
}
