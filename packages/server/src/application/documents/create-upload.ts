import type { AccountKeys } from '../../ports/keyring.ts'
import type { DocumentRow } from '../../ports/store/document-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { accountKeys } from '../account-keys.ts'
import { assertQuotas } from '../limits.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { type DocumentDetails, openDocumentDetails, readDocument } from './document-content.ts'
import { asProblem, discardStaged, type StagedDocument } from './intake-document.ts'

export interface CreatedUpload {
  readonly row: DocumentRow
  readonly details: DocumentDetails
}

/**
 * Makes a staged document an upload that faxes can name by id: opened once to count its pages, kept until it expires.
 * @throws Problem `limit.quota`, and `document.…` when it cannot be opened; its bytes are then gone
 */
export async function createUpload(
  services: Services,
  scope: Scope,
  actor: Actor,
  staged: StagedDocument,
): Promise<CreatedUpload> {
  const keys = await admit()
  const pageCount = await countPages()
  const expiresAt = new Date(services.clock.now() + services.policy.uploadLifetimeMs)
  const row: DocumentRow = { ...staged.row, pageCount, expiresAt }
  await services.store.asAccount(scope, async (tx) => {
    await tx.documents.insert(row)
    await recordAudit(services, tx, actor, 'document.uploaded', row.id, {
      pageCount,
      byteCount: row.byteCount,
    })
  })
  return { row, details: openDocumentDetails(keys, row) }

  async function admit(): Promise<AccountKeys> {
    try {
      return await services.store.asAccount(scope, async (tx) => {
        const { settings } = await tx.accounts.get()
        await assertQuotas(services, tx, settings, { bytes: staged.row.byteCount })
        return accountKeys(services, tx)
      })
    } catch (error) {
      await discardStaged(services, staged)
      throw error
    }
  }

  async function countPages(): Promise<number> {
    try {
      const facts = await services.rasteriser.inspect(await readDocument(services, keys, staged.row))
      return facts.pageCount
    } catch (error) {
      await discardStaged(services, staged)
      throw asProblem(error, staged.field)
    }
  }
}
