import { close, closeSync, fsync, open, write } from 'node:fs'
import { promisify } from 'node:util'
import { BlobError, type BlobSource } from '../../ports/blobs.ts'

const openFile = promisify(open)
const flush = promisify(fsync)
const closeFile = promisify(close)

/**
 * Writes a new file and flushes it. Plain descriptors and not `FileHandle`s, which cost more than the writing of a page.
 * @returns bytes written
 * @throws BlobError `too_large` past `maxBytes`; rejects as the source does
 */
export async function writeFlushed(path: string, source: BlobSource, maxBytes: number): Promise<number> {
  const descriptor = await openFile(path, 'wx', 0o600)
  let byteLength: number
  try {
    byteLength = await writeAll(descriptor, source, maxBytes)
    await flush(descriptor)
  } catch (error) {
    await closeFile(descriptor).catch(() => undefined)
    throw error
  }
  // Nothing is left to write, so this does not wait for the disk.
  closeSync(descriptor)
  return byteLength
}

async function writeAll(descriptor: number, source: BlobSource, maxBytes: number): Promise<number> {
  let byteLength = 0
  for await (const chunk of source instanceof Uint8Array ? [source] : source) {
    byteLength += chunk.length
    if (byteLength > maxBytes) throw new BlobError('too_large', `larger than ${maxBytes} bytes`)
    await writeWhole(descriptor, chunk)
  }
  return byteLength
}

/** The system may take less than it was given. */
function writeWhole(descriptor: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (at: number) => {
      if (at === bytes.length) return resolve()
      write(descriptor, bytes, at, bytes.length - at, null, (error, written) => {
        if (error) reject(error)
        else next(at + written)
      })
    }
    next(0)
  })
}
