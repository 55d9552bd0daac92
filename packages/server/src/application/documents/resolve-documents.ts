import { Problem } from '../../domain/problem/problem.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { FaxSource, NewFax } from '../../ports/store/fax-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { Services } from '../services.ts'
import { openDocumentDetails } from './document-content.ts'
import { fetchDocument } from './fetch-document.ts'
import type { StagedDocument } from './intake-document.ts'

/** A document of a send request. `pages` are selections such as `["1-5", "2"]`; absent: all. */
export type DocumentInput =
  | { readonly kind: 'staged'; readonly staged: StagedDocument; readonly pages?: readonly string[] }
  | { readonly kind: 'upload'; readonly documentId: string; readonly pages?: readonly string[] }
  | {
      readonly kind: 'url'
      readonly url: string
      readonly fileName?: string
      readonly pages?: readonly string[]
      readonly field: string
    }

/** A document whose bytes are durable. */
export type Source =
  | { readonly kind: 'new'; readonly staged: StagedDocument; readonly pages: readonly string[] | null }
  | {
      readonly kind: 'upload'
      readonly documentId: string
      readonly pages: readonly string[] | null
      readonly field: string
    }

/** Fetches what was named by URL; nothing is written to the database yet. */
export async function resolveDocuments(
  services: Services,
  scope: Scope,
  documents: readonly DocumentInput[],
): Promise<Source[]> {
  const limit = services.policy.documentsPerFaxMax
  if (documents.length > limit) {
    throw new Problem('request.invalid', {
      field: 'documents',
      detail: `A fax takes at most ${limit} documents.`,
    })
  }
  const sources: Source[] = []
  for (const [index, input] of documents.entries()) {
    const pages = input.pages && input.pages.length > 0 ? input.pages : null
    if (input.kind === 'upload') {
      sources.push({
        kind: 'upload',
        documentId: input.documentId,
        pages,
        field: `documents[${index}].upload`,
      })
    } else {
      const staged = input.kind === 'staged' ? input.staged : await fetchDocument(services, scope, input)
      sources.push({ kind: 'new', staged, pages })
    }
  }
  return sources
}

/**
 * Names the documents a fax is made of. New ones are written together with its row; uploads no longer expire.
 * @returns sources for the fax's row, and what each is by content, for the duplicate guard
 * @throws Problem document.not_found
 */
export async function keepSources(
  tx: Tx,
  keys: AccountKeys,
  sources: readonly Source[],
): Promise<{ sources: NewFax['sources']; content: string[] }> {
  const kept: FaxSource[] = []
  const content: string[] = []
  for (const source of sources) {
    const { sha256, ...kinds } =
      source.kind === 'new' ? ofStaged(source.staged) : await keepUpload(tx, keys, source)
    kept.push({ ...kinds, pages: source.pages })
    content.push(`${sha256} ${(source.pages ?? ['all']).join(',')}`)
  }
  return { sources: kept, content }
}

function ofStaged(staged: StagedDocument) {
  return { documentId: staged.row.id, document: staged.row, sha256: staged.sha256 }
}

async function keepUpload(tx: Tx, keys: AccountKeys, source: { documentId: string; field: string }) {
  const row = await tx.documents.get(source.documentId)
  if (row?.purpose !== 'source' || row.destroyedAt)
    throw new Problem('document.not_found', { field: source.field })
  // It may be destroyed at this very moment, with the fax that used it.
  if (!(await tx.documents.keep(row.id))) throw new Problem('document.not_found', { field: source.field })
  return { documentId: row.id, sha256: openDocumentDetails(keys, row).sha256 ?? row.id }
}
