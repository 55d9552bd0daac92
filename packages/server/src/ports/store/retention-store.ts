import type { HoldKind } from '../../domain/retention/legal-hold.ts'
import type { RetentionCut, RetentionRules } from '../../domain/retention/retention.ts'
import type { DocumentRow } from './document-store.ts'
import type { FaxRow } from './fax-store.ts'
import type { ReceivedFaxRow } from './received-store.ts'

export interface HoldRow {
  readonly id: string
  readonly kind: HoldKind
  /** Id of the mailbox or fax. */
  readonly targetId: string | null
  /** The number or the patient's id. */
  readonly targetSealed: Buffer | null
  readonly reasonSealed: Buffer
  readonly createdAt: Date
  readonly createdBy: string
  readonly releasedAt: Date | null
  readonly releasedBy: string | null
}

export interface ActiveHoldRow extends HoldRow {
  /** Faxes it goes on holding wherever they are. */
  readonly keeps: readonly string[]
}

/** Why something was destroyed: it was asked for by id, for a patient, or its time was over. */
export type DestructionReason = 'request' | 'patient' | 'retention'

export interface CertificateRow {
  readonly id: string
  readonly madeAt: Date
  readonly reason: DestructionReason
  readonly faxCount: number
  readonly documentCount: number
  /** Signed: C2SP signed note. */
  readonly note: string
}

/** A document of a fax that is destroyed, and who besides still uses it: received and sent faxes whose content stays. */
export interface UsedDocument extends Pick<DocumentRow, 'id' | 'blobKey' | 'wrappedKey'> {
  readonly usedBy: readonly string[]
}

export interface RetentionRepository {
  rules(): Promise<RetentionRules | undefined>
  putRules(rules: RetentionRules, at: Date): Promise<void>

  /** Waits until nobody is destroying anything of the account, and then keeps them from beginning. */
  addHold(hold: HoldRow): Promise<void>
  getHold(id: string): Promise<HoldRow | undefined>
  /** Newest first. */
  listHolds(afterId: string | undefined, limit: number): Promise<HoldRow[]>
  countActiveHolds(): Promise<number>
  /** What it held is looked at again at once. `undefined`: there is none, or it was released before. */
  releaseHold(id: string, at: Date, by: string): Promise<HoldRow | undefined>
  /** The fax stays under the hold whatever it is linked to. */
  keepUnder(holdId: string, subjectId: string): Promise<void>
  activeHolds(): Promise<ActiveHoldRow[]>
  /** The same, and none is added until the transaction ends. */
  barHolds(): Promise<ActiveHoldRow[]>

  /** Faxes that are due; each also when it is held. The longest due first. */
  dueSent(cut: RetentionCut, limit: number): Promise<string[]>
  dueReceived(cut: RetentionCut, limit: number): Promise<string[]>
  /** Not due before a cut has come to `keptFrom`. */
  putOff(id: string, keptFrom: Date): Promise<void>

  /** Held until the transaction ends; a resend that has begun is waited for. */
  lockSent(id: string): Promise<FaxRow | undefined>
  /** Nobody destroys it until the transaction ends. */
  shareSent(id: string): Promise<FaxRow | undefined>
  /** Received faxes with a link to a patient that are not shredded, oldest first. */
  linkedToPatients(afterId: string | undefined, limit: number): Promise<ReceivedFaxRow[]>

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

  addCertificate(certificate: CertificateRow): Promise<void>
  getCertificate(id: string): Promise<CertificateRow | undefined>
  /** Newest first. */
  listCertificates(afterId: string | undefined, limit: number): Promise<CertificateRow[]>
}

/** What is left over of rows that are gone or have expired. */
export interface Leftovers {
  /** Uploads that no fax used, remembered replies, places of calls whose lease has ended, challenges, and guesses of another hour. */
  deleteExpired(now: Date): Promise<{ blobKeys: string[] }>
  doomedBlobs(limit: number): Promise<string[]>
  forgetBlobs(blobKeys: readonly string[]): Promise<void>
}
