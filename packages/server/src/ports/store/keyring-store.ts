import type { AccountRow } from './account-store.ts'

/** Where besides accounts something lies that the master key wraps. */
export type WrappedPlace =
  | { readonly of: 'audit-log' }
  | { readonly of: 'installation' }
  | { readonly of: 'person'; readonly id: string }

export interface NewAccountKey {
  readonly wrapped: Buffer
  /** The master key that wrapped it. */
  readonly wrappedBy: string
  /** As `AccountRow.keyRotatedAt`. Absent: as it is. */
  readonly keyRotatedAt?: Date | null
}

export interface WrappedDocument {
  readonly id: string
  readonly wrapped: Buffer
}

export interface RewrappedDocument extends WrappedDocument {
  readonly to: Buffer
}

/**
 * What master keys and account keys wrap. Every change names what it replaces and does nothing when that is no longer there, so that
 * several processes, and one that crashed, can be at it.
 */
export interface KeyringRows {
  installationKey(): Promise<Buffer | undefined>
  /** Keeps it, or gives the one that is kept. */
  keepInstallationKey(wrapped: Buffer, at: Date): Promise<Buffer>
  /** Also those of which it was never noted. */
  accountsNotWrappedBy(keyId: string, limit: number): Promise<AccountRow[]>
  countAccountsNotWrappedBy(keyId: string): Promise<number>
  /** Those whose key has a version that is new. */
  rotatingAccounts(): Promise<AccountRow[]>
  replaceAccountKey(id: string, from: Buffer, to: NewAccountKey): Promise<boolean>
  replaceWrapped(place: WrappedPlace, from: Buffer, to: Buffer): Promise<boolean>
  /** Of people: seeds of their one-time codes. */
  wrappedSecrets(afterId: string | undefined, limit: number): Promise<WrappedDocument[]>
  /** Documents whose key another version of the account's key wraps. */
  countDocumentsNotUnder(accountId: string, version: number): Promise<number>
  documentsNotUnder(accountId: string, version: number, limit: number): Promise<WrappedDocument[]>
  /** @returns how many were replaced */
  replaceDocumentKeys(documents: readonly RewrappedDocument[]): Promise<number>
}
