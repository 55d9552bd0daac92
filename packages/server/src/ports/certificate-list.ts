import type { CertificateRow } from './store/certificate-store.ts'

export type ListedCertificate = Pick<CertificateRow, 'id' | 'madeAt' | 'note'>

/** Certificates of destruction outside the database, so that they are there when an older backup of it is restored. Whether a line is true its signature says. */
export interface CertificateList {
  /** Names the place. */
  readonly path: string
  /** Bytes; 0 when it is not there. */
  size(): Promise<number>
  /** In the order they were written; one may come twice. A line that is none, such as one that a crash cut short, comes as `undefined`. */
  read(): AsyncIterable<ListedCertificate | undefined>
  /** They are on the disk when this resolves. */
  append(certificates: readonly ListedCertificate[]): Promise<void>
}

/** What a restore left to be destroyed again. */
export interface PendingDestructions {
  /** `undefined`: nothing. */
  open(): Promise<CertificateList | undefined>
  /** In one step. */
  replace(certificates: AsyncIterable<ListedCertificate> | Iterable<ListedCertificate>): Promise<void>
  remove(): Promise<void>
}
