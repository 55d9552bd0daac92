import { randomBytes } from 'node:crypto'
import { link, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BackupError } from './backup-error.ts'

/**
 * Writes a file that has its name only once it is whole and on the disk: whatever ends the process before leaves `.NAME.….part`.
 * @returns its length
 * @throws BackupError `exists` when the name is taken, `unreadable` when the folder is not there; rejects as the source does
 */
export async function writeFinalFile(path: string, source: AsyncIterable<Uint8Array>): Promise<number> {
  if (await stat(path).catch(() => undefined)) throw taken(path)
  const part = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`)
  const handle = await open(part, 'wx', 0o600).catch((cause: unknown) => {
    throw new BackupError('unreadable', `Nothing can be written beside ${path}.`, { cause })
  })
  let bytes = 0
  try {
    for await (const chunk of source) {
      await handle.writeFile(chunk)
      bytes += chunk.length
    }
    await handle.sync()
    await handle.close()
    // A link fails where the name is taken by now; renaming would replace what another process wrote.
    await link(part, path)
    await rm(part)
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(part, { force: true })
    throw error instanceof Error && 'code' in error && error.code === 'EEXIST' ? taken(path) : error
  }
  await flushFolder(dirname(path))
  return bytes
}

/** Replaces a small file in one step. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`)
  const handle = await open(part, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(part, path)
  await flushFolder(dirname(path))
}

export async function flushFolder(path: string): Promise<void> {
  const entries = await open(path, 'r')
  await entries.sync().finally(() => entries.close())
}

function taken(path: string): BackupError {
  return new BackupError('exists', `There is a file at ${path} already: backups are never written over.`)
}
