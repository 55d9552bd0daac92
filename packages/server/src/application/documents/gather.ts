/** A source that was read so far: all of it when `rest` is undefined. */
export interface Gathered {
  readonly bytes: Buffer
  readonly rest: AsyncIterable<Uint8Array> | undefined
}

/** Reads a source to its end if it has at most `bytesMax` bytes, or until it has shown more. Rejects as the source does. */
export async function gather(source: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Gathered> {
  const iterator = source[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  for (let byteCount = 0; byteCount <= bytesMax; ) {
    const { value, done } = await iterator.next()
    if (done) return { bytes: Buffer.concat(chunks), rest: undefined }
    chunks.push(value)
    byteCount += value.length
  }
  return { bytes: Buffer.concat(chunks), rest: { [Symbol.asyncIterator]: () => iterator } }
}

/** The source as it was before it was gathered from. */
export async function* wholeOf({ bytes, rest }: Gathered): AsyncGenerator<Uint8Array> {
  yield bytes
  if (rest) yield* rest
}
