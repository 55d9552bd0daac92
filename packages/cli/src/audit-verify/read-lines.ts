import { isUtf8 } from 'node:buffer'

/** A line with its number from 1; `undefined` text: it is no UTF-8, or longer than any line of an export. */
export interface NumberedLine {
  readonly number: number
  readonly text: string | undefined
  /** False for what stands after the last line break. */
  readonly isWhole: boolean
}

const LINE_BYTES_MAX = 1_048_576
const NEWLINE = 10

/** Lines of a file of any size, in little memory. */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<NumberedLine[]> {
  let rest: Buffer[] = []
  let restBytes = 0
  let number = 0
  const line = (parts: readonly Buffer[], isWhole: boolean): NumberedLine => {
    number += 1
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
    const isReadable = bytes.length <= LINE_BYTES_MAX && isUtf8(bytes)
    return { number, text: isReadable ? bytes.toString('utf8') : undefined, isWhole }
  }
  for await (const chunk of chunks) {
    const lines: NumberedLine[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      lines.push(line([...rest, chunk.subarray(start, end)], true))
      rest = []
      restBytes = 0
      start = end + 1
    }
    // One byte over the limit is kept, so that the line is known to be too long; the rest of it is let go.
    const kept = chunk.subarray(start, start + Math.max(0, LINE_BYTES_MAX + 1 - restBytes))
    if (kept.length > 0) {
      rest.push(kept)
      restBytes += kept.length
    }
    yield lines
  }
  if (restBytes > 0) yield [line(rest, false)]
}
