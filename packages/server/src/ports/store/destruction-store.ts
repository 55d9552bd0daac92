import type { DocumentRow } from './document-store.ts'
import type { FaxRow } from './fax-store.ts'

/** A document of a fax that is destroyed, and who besides still uses it: received and sent faxes whose content stays. */
export interface UsedDocument extends Pick<DocumentRow, 'id' | 'blobKey' | 'wrappedKey'> {
  readonly usedBy: readonly string[]
}

/** What destroying a fax takes: who else uses its documents, and overwriting what its rows say. */
export interface DestructionRepository {
  /** Held until the transaction ends; a resend that has begun is waited for. */
  lockSent(id: string): Promise<FaxRow | undefined>
  /** Nobody destroys it until the transaction ends. */
  shareSent(id: string): Promise<FaxRow | undefined>

  /** Documents of a fax that are there, held until the transaction ends. */
  sentDocuments(id: string): Promise<UsedDocument[]>
  receivedDocuments(id: string): Promise<UsedDocument[]>
  /** Overwrites wrapped keys and details, and dooms the blobs. */
  destroyDocuments(documents: readonly UsedDocument[], at: Date): Promise<void>
  /** @param detailsSealed what stays of what the sender said */
  eraseSentContent(id: string, at: Date, detailsSealed: Buffer): Promise<void>
  /** All that tells who it was from and to. Includes the content. */
  eraseSent(id: string, at: Date): Promise<void>
  eraseReceivedText(id: string): Promise<void>
  eraseReceivedContent(id: string, at: Date): Promise<void>
  /** @returns how many notes were deleted */
  eraseReceived(id: string, at: Date): Promise<number>
}
