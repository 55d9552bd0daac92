import type { UpstreamWindow } from '../../../ports/upstream.ts'
import { readRows } from './shapes.ts'
import type { IFaxTransport } from './transport.ts'

/** Pages of one list that are asked for: a provider that ignores the cursor must not hold us for ever. */
const LIST_PAGES_MAX = 200

/**
 * Reads a list of faxes, newest first, until an empty page. `lastFaxId` is known of `inbound/fax-list-all` and guessed for `fax-lists`: a
 * page without anything new ends the list, whatever the reason.
 */
export async function readList<T extends { readonly reference: string }>(
  transport: IFaxTransport,
  path: string,
  window: UpstreamWindow,
  read: (row: unknown) => T | undefined,
  signal: AbortSignal,
): Promise<T[]> {
  const found = new Map<string, T>()
  const filters = { startDate: dayOf(window.from), endDate: dayOf(window.to), sortBy: 'newest' }
  let lastFaxId: string | undefined
  for (let page = 0; page < LIST_PAGES_MAX; page += 1) {
    const body = lastFaxId === undefined ? filters : { ...filters, lastFaxId }
    const rows = readRows((await transport.call(path, body, signal)).data, read)
    const fresh = rows.filter((row) => !found.has(row.reference))
    if (fresh.length === 0) break
    for (const row of fresh) found.set(row.reference, row)
    lastFaxId = rows.at(-1)!.reference
  }
  return [...found.values()]
}

/** `MM/DD/YYYY`. The provider's days may begin at another hour than UTC's: the window is wider than asked for by a day on both sides. */
function dayOf(time: Date): string {
  const [year, month, day] = time.toISOString().slice(0, 10).split('-')
  return `${month}/${day}/${year}`
}
