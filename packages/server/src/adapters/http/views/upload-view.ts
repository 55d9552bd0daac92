import type { DocumentDetails } from '../../../application/documents/document-content.ts'
import type { PageEstimate } from '../../../application/sending/estimate-fax.ts'
import type { DocumentRow } from '../../../ports/store/document-store.ts'
import { timeOrNull } from './time.ts'

export function uploadView(row: DocumentRow, details: DocumentDetails) {
  return {
    id: row.id,
    mediaType: row.mediaType,
    byteCount: row.byteCount,
    pageCount: row.pageCount,
    sha256: details.sha256 ?? null,
    createdAt: row.createdAt.toISOString(),
    expiresAt: timeOrNull(row.expiresAt),
  }
}

export function estimateView(pages: readonly PageEstimate[]) {
  const total = pages.reduce((sum, page) => sum + page.estimatedSeconds, 0)
  return {
    pageCount: pages.length,
    estimatedSeconds: hundredths(total),
    pages: pages.map(({ number, kind, estimatedSeconds }) => ({
      number,
      kind,
      estimatedSeconds: hundredths(estimatedSeconds),
    })),
  }
}

function hundredths(seconds: number): number {
  return Math.round(seconds * 100) / 100
}
