import { open } from 'node:fs/promises'

/**
 * Flushes a folder's entries, one fsync for all who ask while another is under way. A caller is answered only by an fsync
 * that began after it asked, so its own rename is always covered.
 */
export class FolderSync {
  readonly #running = new Map<string, Promise<void>>()
  readonly #waiting = new Map<string, Promise<void>>()

  /** Resolves when every change made to the folder before this call is on disk. */
  sync(folder: string): Promise<void> {
    const waiting = this.#waiting.get(folder)
    if (waiting !== undefined) return waiting
    const running = this.#running.get(folder)
    if (running === undefined) return this.#run(folder)
    const next = running
      .catch(() => undefined)
      .then(() => {
        this.#waiting.delete(folder)
        return this.#run(folder)
      })
    this.#waiting.set(folder, next)
    return next
  }

  #run(folder: string): Promise<void> {
    const done = syncFolder(folder).finally(() => {
      if (this.#running.get(folder) === done) this.#running.delete(folder)
    })
    this.#running.set(folder, done)
    return done
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
