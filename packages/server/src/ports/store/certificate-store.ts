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

export interface CertificateRepository {
  insert(certificate: CertificateRow): Promise<void>
  get(id: string): Promise<CertificateRow | undefined>
  /** Newest first. */
  list(afterId: string | undefined, limit: number): Promise<CertificateRow[]>
}
