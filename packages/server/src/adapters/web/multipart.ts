import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { Busboy, type BusboyFileStream, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import { Problem } from '../../domain/problem/problem.ts'

/** Bounds on a `multipart/form-data` body (RFC 7578). Every one of them ends the request when passed. */
export interface FormLimits {
  readonly files: number
  readonly fileBytes: number
  readonly fields: number
  readonly fieldBytes: number
  readonly totalBytes: number
}

export interface FormFile {
  /** Name of the form field. */
  readonly name: string
  readonly fileName: string | undefined
  /** The bytes as they arrive. Throws `Problem('document.too_large')` when the file is larger than its limit. */
  readonly content: AsyncIterable<Uint8Array>
}

export interface Form<T> {
  /** Text fields in their order; a name may repeat. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** What `onFile` made of each file, in the files' order. */
  readonly files: readonly T[]
}

/**
 * Reads a form as it streams in. `onFile` works on a file while the rest of the body is still on its way; nothing is
 * kept in memory but text fields.
 *
 * The body is always read to its end (or to `totalBytes`), so that a client which only listens after sending hears the
 * refusal. When anything fails, `discard` is called for every file already made, and the first failure is thrown.
 */
export async function readForm<T>(
  request: IncomingMessage,
  limits: FormLimits,
  onFile: (file: FormFile, index: number) => Promise<T>,
  discard: (made: T) => Promise<void>,
): Promise<Form<T>> {
  const fields: [string, string][] = []
  const making: Promise<T>[] = []
  const failure = new FirstFailure()
  const parts: Readable[] = []
  const parser = openParser(request, limits)
  // RFC 7578 §4.2 asks every part for a name; the parser passes parts without one all the same.
  parser.on('field', (name: string | undefined, value, nameTruncated, valueTruncated) => {
    if (name === undefined) failure.set(malformed())
    else if (nameTruncated || valueTruncated) failure.set(tooLarge('A form field is longer than allowed.'))
    else fields.push([name, value])
  })
  parser.on('file', (name: string | undefined, stream, fileName) => {
    if (name === undefined) failure.set(malformed())
    // An unfinished part emits its error here; it reaches the reader through the iterator as well.
    stream.on('error', () => undefined)
    parts.push(stream)
    const file = { name: name ?? '', fileName: fileName || undefined, content: contentOf(stream, name ?? '') }
    const made = onFile(file, making.length)
    made.catch((error: unknown) => {
      failure.set(error)
      stream.resume()
    })
    making.push(made)
  })
  for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
    parser.on(limit, () => failure.set(tooLarge('The form has more parts than allowed.')))
  }
  await pump(request, parser, limits.totalBytes).catch((error: unknown) => {
    failure.set(error)
    // Their readers would wait for bytes that nobody will push.
    for (const part of parts) part.destroy(malformed())
  })
  const settled = await Promise.allSettled(making)
  if (failure.error === undefined) {
    return { fields, files: settled.map((result) => (result as PromiseFulfilledResult<T>).value) }
  }
  for (const result of settled) if (result.status === 'fulfilled') await discard(result.value)
  throw failure.error
}

class FirstFailure {
  error: unknown
  set(error: unknown): void {
    this.error ??= error
  }
}

function openParser(request: IncomingMessage, limits: FormLimits): BusboyInstance {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: {
        fieldNameSize: 100,
        fieldSize: limits.fieldBytes,
        fields: limits.fields,
        files: limits.files,
        fileSize: limits.fileBytes,
        headerPairs: 16,
        headerSize: 4096,
      },
    })
  } catch {
    throw malformed()
  }
}

async function* contentOf(stream: BusboyFileStream, name: string): AsyncGenerator<Uint8Array> {
  try {
    // Destroying a part's stream would stop the parser for good: what is left is drained instead.
    yield* (stream as Readable).iterator({ destroyOnReturn: false })
  } catch {
    throw malformed()
  } finally {
    stream.resume()
  }
  if (stream.truncated) throw new Problem('document.too_large', { field: name })
}

/** Feeds the parser, counting bytes, until it has seen the closing boundary. */
function pump(request: IncomingMessage, parser: BusboyInstance, totalBytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = 0
    const stop = (error: Problem) => {
      request.unpipe(parser)
      request.resume()
      reject(error)
    }
    request.on('data', (chunk: Buffer) => {
      received += chunk.length
      if (received > totalBytes) stop(tooLarge(`The body is larger than ${totalBytes} bytes.`))
    })
    request.once('aborted', () => stop(malformed()))
    request.once('error', () => stop(malformed()))
    parser.once('error', () => stop(malformed()))
    parser.once('finish', resolve)
    request.pipe(parser)
  })
}

function malformed(): Problem {
  return new Problem('request.invalid', { detail: 'The multipart body is malformed or was cut off.' })
}

function tooLarge(detail: string): Problem {
  return new Problem('request.too_large', { detail })
}
