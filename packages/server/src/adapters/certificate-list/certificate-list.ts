import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { CertificateList, ListedCertificate } from '../../ports/certificate-list.ts'

/** Fifty faxes of hundreds of pages take some megabytes. */
const LINE_BYTES_MAX = 32 * 1_048_576
const NEWLINE = 10

/** A file of lines `{"id":…,"at":…,"note":…}` that is only ever appended to. */
export function openCertificateList(path: string): CertificateList {
  return {
    path,
    size: () =>
      stat(path).then(
        ({ size }) => size,
        (error) => whenMissing(error, 0),
      ),
    read: () => readLines(path),
    append: (certificates) => append(path, certificates.map(lineOf).join('')),
  }
}

export function lineOf({ id, madeAt, note }: ListedCertificate): string {
  return `${JSON.stringify({ id, at: madeAt.toISOString(), note })}\n`
}

async function append(path: string, lines: string): Promise<void> {
  const handle = await open(path, 'a+', 0o600)
  try {
    const { size } = await handle.stat()
    const last = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
    // What a crash cut short stays what it is: a line of its own that is no certificate.
    const isCut = last.bytesRead === 1 && last.buffer[0] !== NEWLINE
    await handle.appendFile(isCut ? `\n${lines}` : lines)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function* readLines(path: string): AsyncGenerator<ListedCertificate | undefined> {
  let held: Buffer[] = []
  let length = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      held.push(chunk.subarray(from, end))
      yield length + end - from > LINE_BYTES_MAX ? undefined : parse(Buffer.concat(held))
      held = []
      length = 0
      from = end + 1
    }
    length += chunk.length - from
    if (length > LINE_BYTES_MAX) held = []
    else held.push(chunk.subarray(from))
  }
  if (length > 0) yield length > LINE_BYTES_MAX ? undefined : parse(Buffer.concat(held))
}

function parse(line: Buffer): ListedCertificate | undefined {
  try {
    const { id, at, note } = JSON.parse(line.toString('utf8'))
    const madeAt = new Date(at)
    const isOne = typeof id === 'string' && typeof note === 'string' && !Number.isNaN(madeAt.getTime())
    return isOne ? { id, madeAt, note } : undefined
  } catch {
    return undefined
  }
}

function whenMissing<Value>(error: unknown, value: Value): Value {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return value
  throw error
}
