import { type CodedPage, estimatedLineSeconds } from '@answerback/imaging/page'
import { Problem } from '../../domain/problem/problem.ts'
import type { FaxToRender } from '../../ports/rasteriser.ts'
import type { DocumentRow } from '../../ports/store/document-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { readAccount } from '../account-now.ts'
import { readDocument } from '../documents/document-content.ts'
import { asProblem, discardStaged } from '../documents/intake-document.ts'
import { resolveDocuments, type Source } from '../documents/resolve-documents.ts'
import { coverCode } from '../faxes/return-codes.ts'
import type { Services } from '../services.ts'
import { assertCover } from './cover-pages.ts'
import type { SendFaxRequest } from './new-fax.ts'

/** As long as a fax's id, for a code that is drawn and never sent. */
const NO_FAX_YET = `fax_${'0'.repeat(26)}`

export interface PageEstimate {
  readonly number: number
  readonly kind: CodedPage['kind']
  /** On the line at 14,400 bit/s: coding only. */
  readonly estimatedSeconds: number
}

export type EstimateRequest = Pick<
  SendFaxRequest,
  'documents' | 'cover' | 'resolution' | 'paper' | 'renderMode'
>

/**
 * Renders what a request would send, as it would be sent, and tells how long each page takes. Nothing is kept: staged
 * documents are deleted when this ends, however it ends.
 *
 * @throws Problem document.…, cover.invalid
 */
export async function estimateFax(
  services: Services,
  scope: Scope,
  request: EstimateRequest,
  signal: AbortSignal,
): Promise<PageEstimate[]> {
  const staged = request.documents.flatMap((each) => (each.kind === 'staged' ? [each.staged] : []))
  try {
    const sources = await resolveDocuments(services, scope, request.documents)
    for (const source of sources) {
      if (source.kind === 'new' && !staged.includes(source.staged)) staged.push(source.staged)
    }
    const pages: PageEstimate[] = []
    for await (const page of services.rasteriser.render(
      await toRender(services, scope, request, sources),
      signal,
    )) {
      pages.push({ number: pages.length + 1, kind: page.kind, estimatedSeconds: estimatedLineSeconds(page) })
    }
    return pages
  } catch (error) {
    throw asProblem(error, 'documents')
  } finally {
    await Promise.all(staged.map((each) => discardStaged(services, each)))
  }
}

async function toRender(
  services: Services,
  scope: Scope,
  request: EstimateRequest,
  sources: readonly Source[],
): Promise<FaxToRender> {
  const { account, rows } = await services.store.asAccount(scope, async (tx) => {
    const account = await readAccount(services, tx)
    const rows: DocumentRow[] = []
    for (const source of sources) {
      const row = source.kind === 'new' ? source.staged.row : await tx.documents.get(source.documentId)
      if (row?.purpose !== 'source') throw new Problem('document.not_found', { field: 'documents' })
      rows.push(row)
    }
    return { account, rows }
  })
  const documents = []
  for (const [index, row] of rows.entries()) {
    const pages = sources[index]?.pages ?? null
    documents.push({
      bytes: await readDocument(services, account.keys, row),
      ...(pages === null ? {} : { pages }),
    })
  }
  const {
    cover,
    resolution = 'fine',
    paper = account.row.settings.paper ?? 'letter',
    renderMode = 'auto',
  } = request
  if (cover === undefined) return { documents, resolution, paper, mode: renderMode }
  const { templateId, returnCode, ...fields } = cover
  assertCover(account.row.settings, cover)
  const template = templateId === undefined ? undefined : account.row.settings.coverTemplates?.[templateId]
  return {
    documents,
    cover: {
      ...fields,
      ...coverCode(account, returnCode, NO_FAX_YET),
      ...(template === undefined ? {} : { template }),
    },
    resolution,
    paper,
    mode: renderMode,
  }
}
