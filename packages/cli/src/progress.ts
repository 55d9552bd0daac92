import type { Fax } from './fax.ts'

const BAR_WIDTH = 24

/** One line such as `[██████······] 3/6 pages  sending, attempt 1`. Text alone says all of it. */
export function progressLine(fax: Fax): string {
  const total = fax.pageCount ?? 0
  const filled = total === 0 ? 0 : Math.round((BAR_WIDTH * fax.pagesConfirmed) / total)
  const bar = '█'.repeat(filled) + '·'.repeat(BAR_WIDTH - filled)
  const pages = fax.pageCount === null ? 'preparing pages' : `${fax.pagesConfirmed}/${total} pages`
  const attempt = fax.attemptCount > 0 ? `, attempt ${fax.attemptCount}` : ''
  const next =
    fax.nextAttemptAt !== null && fax.status === 'retrying' ? `, next try ${fax.nextAttemptAt}` : ''
  return `[${bar}] ${pages}  ${fax.status}${attempt}${next}`
}

/** Draws over its own line on a terminal; elsewhere prints a line only when something changed. */
export class ProgressView {
  readonly #stream: NodeJS.WriteStream
  #last = ''

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  show(fax: Fax): void {
    const line = progressLine(fax)
    if (line === this.#last) return
    this.#last = line
    this.#stream.write(this.#stream.isTTY ? `\r\u001b[2K${line}` : `${line}\n`)
  }

  end(): void {
    if (this.#stream.isTTY && this.#last !== '') this.#stream.write('\n')
  }
}
