import { once } from 'node:events'
import type pg from 'pg'

/** What `pg` gives a query that speaks for itself, as far as it is used here. */
interface Wire extends pg.Connection {
  sendCopyFromChunk(chunk: Uint8Array): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
}

/** What waits in memory before the server is made to wait. */
const HELD_BYTES_MAX = 262_144

/**
 * Runs `COPY … TO STDOUT` and gives its bytes as they come; while nobody takes them the server waits.
 * The client can be used again once all was taken; giving up before cuts its connection.
 */
export async function* copyOut(client: pg.Client, sql: string): AsyncGenerator<Buffer> {
  const query = new CopyOut(sql)
  client.query(query)
  yield* query.read()
}

/** Runs `COPY … FROM STDIN` with these bytes. Rejects with the server's error, or the source's. */
export async function copyIn(
  client: pg.Client,
  sql: string,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const query = new CopyIn(sql)
  client.query(query)
  await query.write(source)
}

/** The messages that every query is told of, of which COPY needs few. */
abstract class CopyQuery implements pg.Submittable {
  readonly #sql: string
  #wire: Wire | undefined
  protected error: Error | undefined
  protected isDone = false

  constructor(sql: string) {
    this.#sql = sql
  }

  protected get wire(): Wire {
    if (this.#wire === undefined) throw new Error('The query was not sent yet.')
    return this.#wire
  }

  submit(connection: pg.Connection): void {
    this.#wire = connection as Wire
    connection.query(this.#sql)
  }

  handleError(error: Error): void {
    this.error = error
    this.changed()
  }

  handleReadyForQuery(): void {
    this.isDone = true
    this.changed()
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}

  abstract handleCopyInResponse(connection: pg.Connection): void
  abstract handleCopyData(message: { readonly chunk: Buffer }): void
  protected abstract changed(): void
}

class CopyOut extends CopyQuery {
  #held: Buffer[] = []
  #heldBytes = 0
  #wake: () => void = () => undefined

  handleCopyInResponse(connection: pg.Connection): void {
    ;(connection as Wire).sendCopyFail('nothing to send')
  }

  /** The chunk is a view of the parser's buffer, which is written over. */
  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.#held.push(Buffer.from(chunk))
    this.#heldBytes += chunk.length
    if (this.#heldBytes > HELD_BYTES_MAX) this.wire.stream.pause()
    this.#wake()
  }

  protected changed(): void {
    this.#wake()
  }

  async *read(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        if (this.#held.length > 0) {
          const bytes = Buffer.concat(this.#held)
          this.#held = []
          this.#heldBytes = 0
          yield bytes
          this.wire.stream.resume()
          continue
        }
        if (this.error) throw this.error
        if (this.isDone) return
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    } finally {
      // Given up half-way: the rest of a table is not waited for.
      if (!this.isDone && !this.error) this.wire.stream.destroy()
    }
  }
}

class CopyIn extends CopyQuery {
  readonly #asked = Promise.withResolvers<void>()
  readonly #ended = Promise.withResolvers<void>()

  handleCopyInResponse(): void {
    this.#asked.resolve()
  }

  handleCopyData(): void {}

  protected changed(): void {
    if (this.error) {
      this.#asked.resolve()
      this.#ended.reject(this.error)
    } else if (this.isDone) this.#ended.resolve()
  }

  async write(source: AsyncIterable<Uint8Array>): Promise<void> {
    // Rejects while the source is still read: it is looked at in the end.
    this.#ended.promise.catch(() => undefined)
    await this.#asked.promise
    try {
      for await (const bytes of source) {
        if (this.error) break
        this.wire.sendCopyFromChunk(bytes)
        if (this.wire.stream.writableNeedDrain) await once(this.wire.stream, 'drain')
      }
    } catch (error) {
      this.wire.sendCopyFail('the source failed')
      await this.#ended.promise.catch(() => undefined)
      throw error
    }
    if (!this.error) this.wire.endCopyFrom()
    await this.#ended.promise
  }
}
