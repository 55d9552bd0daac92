import { close, fsync, open } from 'node:fs'
import { promisify } from 'node:util'

const openFile = promisify(open)
const flush = promisify(fsync)
const closeFile = promisify(close)

/**
 * Flushes a folder's entries, one fsync for all who ask while another is under way. A caller is answered only by an fsync
 * that began after it asked, so its own rename is always covered. The folder stays open while anybody waits.
 */
export class FolderSync {
  readonly #running = new Map<string, Promise<void>>()
  readonly #waiting = new Map<string, Promise<void>>()
  readonly #open = new Map<string, number>()

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
    const done = this.#flush(folder).finally(() => {
      if (this.#running.get(folder) === done) this.#running.delete(folder)
    })
    this.#running.set(folder, done)
    return done
  }

  async #flush(folder: string): Promise<void> {
    const descriptor = this.#open.get(folder) ?? (await openFile(folder, 'r'))
    this.#open.set(folder, descriptor)
    let kept = false
    try {
      await flush(descriptor)
      // Those who wait go on with it: opening and closing a folder costs as much again as a flush that finds little to do.
      kept = this.#waiting.has(folder)
    } finally {
      if (!kept) {
        this.#open.delete(folder)
        await closeFile(descriptor)
      }
    }
  }
}
