import type { DestructionReason } from '../../domain/retention/certificate.ts'

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

/** Of all accounts. */
export interface CertificateDirectory {
  /** Made before, newest first. */
  newestIds(before: Date, limit: number): Promise<string[]>
  /** In the order of their ids, which is nearly that of time: one that took long to commit may come before others that are known. */
  after(id: string, limit: number): Promise<Pick<CertificateRow, 'id' | 'madeAt' | 'note'>[]>
}
