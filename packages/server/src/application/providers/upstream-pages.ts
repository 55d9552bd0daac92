import type { CodedPage } from '@answerback/imaging/page'
import type { ReceivedPage } from '../../ports/inbound-calls.ts'
import type { Services } from '../services.ts'

/** First the one most faxes have: a page of it that is a fax already passes through as it is, pel for pel. */
const RESOLUTIONS = ['fine', 'standard', 'superfine'] as const

/**
 * The pages of a document that a provider received. A page that is nothing but a fax image at one of the three resolutions keeps its own
 * pels; any other is drawn at `fine`.
 * @throws DocumentRefusal when it is no document this server reads
 */
export async function receivedPages(
  services: Services,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<ReceivedPage[]> {
  const [first, ...others] = RESOLUTIONS
  let pages = await render(services, bytes, first, signal)
  for (const resolution of others) {
    if (pages.every(isFaxImage)) break
    const again = await render(services, bytes, resolution, signal)
    pages = pages.map((page, index) => {
      const other = again[index]
      return !isFaxImage(page) && other && isFaxImage(other) ? other : page
    })
  }
  return pages.map(({ width, rows, resolution, t6 }, index) => ({
    number: index + 1,
    width,
    rows,
    resolution,
    t6,
    badRows: 0,
    quality: 'clean',
  }))
}

function isFaxImage({ kind }: CodedPage): boolean {
  return kind === 'bilevel'
}

async function render(
  services: Services,
  bytes: Uint8Array,
  resolution: (typeof RESOLUTIONS)[number],
  signal: AbortSignal,
): Promise<CodedPage[]> {
  const request = { documents: [{ bytes }], resolution, paper: 'legal', mode: 'auto' } as const
  const pages: CodedPage[] = []
  for await (const page of services.rasteriser.render(request, signal)) pages.push(page)
  return pages
}
