import { type CodedPage, estimatedLineSeconds } from '@answerback/imaging/page'
import type { FaxToRender } from '../../ports/rasteriser.ts'
import type { DocumentRow } from '../../ports/store/document-store.ts'
import type { PageRow } from '../../ports/store/page-store.ts'
import {
  documentBlobKey,
  putEncrypted,
  readDocument,
  sealDocumentDetails,
} from '../documents/document-content.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import type { Hold } from '../faxes/hold-fax.ts'
import { coverCode } from '../faxes/return-codes.ts'
import { formatLocalTime } from '../local-time.ts'
import type { FaxSecrets } from '../sealed/fax-secrets.ts'
import type { Services } from '../services.ts'

/** Pages ready for the line: their blob is durable, their rows are not yet written. */
export interface PreparedPages {
  readonly document: DocumentRow
  readonly pages: readonly PageRow[]
  readonly estimatedSeconds: number
}

/**
 * Renders a fax once, for all its attempts, and stores the coded pages encrypted.
 * @throws DocumentRefusal when a document cannot be faxed; the signal's reason when it aborts
 */
export async function prepareFax(
  services: Services,
  hold: Hold,
  secrets: FaxSecrets,
  signal: AbortSignal,
): Promise<PreparedPages> {
  const request = await readRequest(services, hold, secrets)
  const { scope, account } = hold.held
  const id = services.random.id('doc')
  const wrappedKey = account.keys.createDocumentKey(id)
  const blobKey = documentBlobKey(scope.accountId, id)
  const pages: PageRow[] = []
  const coded = layOut(services.rasteriser.render(request, signal), pages)
  const key = account.keys.document(id, wrappedKey)
  await putEncrypted(services, key, blobKey, coded, services.policy.documentBytesMax * 2)
  const last = pages.at(-1)
  const document: DocumentRow = {
    id,
    purpose: 'pages',
    mediaType: 'image/t6',
    byteCount: last ? last.offset + last.length : 0,
    pageCount: pages.length,
    blobKey,
    wrappedKey,
    detailsSealed: sealDocumentDetails(account.keys, id, {}),
    createdAt: new Date(services.clock.now()),
    expiresAt: null,
  }
  const estimatedSeconds = pages.reduce((sum, page) => sum + page.estimatedSeconds, 0)
  return { document, pages, estimatedSeconds }
}

async function readRequest(services: Services, hold: Hold, secrets: FaxSecrets): Promise<FaxToRender> {
  const { fax, account } = hold.held
  const documents = []
  for (const { row, pages } of hold.sources) {
    const bytes = await readDocument(services, account.keys, row)
    documents.push({ bytes, ...(pages ? { pages } : {}) })
  }
  const { resolution, paper, renderMode } = fax
  const cover = coverFields(services, hold.held, secrets)
  return { documents, ...(cover ? { cover } : {}), resolution, paper, mode: renderMode }
}

function coverFields(services: Services, held: HeldFax, secrets: FaxSecrets): FaxToRender['cover'] {
  const input = secrets.details.cover
  if (!input) return undefined
  const { templateId, returnCode, ...typed } = input
  const { settings } = held.account.row
  const template = templateId === undefined ? undefined : settings.coverTemplates?.[templateId]
  return {
    ...typed,
    to: secrets.to,
    ...(secrets.from ? { from: secrets.from } : {}),
    date: formatLocalTime(services.clock.now() + held.account.aheadMs, settings.timeZone),
    ...coverCode(held.account, returnCode, held.fax.id),
    ...(template === undefined ? {} : { template }),
  }
}

/** Passes on each page's coded bytes and notes where in the blob they lie. */
async function* layOut(coded: AsyncIterable<CodedPage>, pages: PageRow[]): AsyncGenerator<Uint8Array> {
  let offset = 0
  for await (const page of coded) {
    const { width, rows, kind, resolution, t6 } = page
    pages.push({
      number: pages.length + 1,
      width,
      rows,
      kind,
      resolution,
      offset,
      length: t6.length,
      estimatedSeconds: estimatedLineSeconds(page),
    })
    offset += t6.length
    yield t6
  }
}
