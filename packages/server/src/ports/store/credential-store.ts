import type { PersonRow } from './people-store.ts'

export interface PasskeyRow {
  readonly id: string
  readonly personId: string
  readonly credentialId: Buffer
  /** COSE (RFC 9052 §7). */
  readonly publicKey: Buffer
  readonly signCount: number
  readonly transports: readonly string[]
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

export type CeremonyKind = 'passkey_add' | 'passkey_sign_in' | 'passkey_confirm' | 'oidc'

/** What people show besides a password. */
export interface Credentials {
  /** Uses up a one-time code's step. `false` when it, or a later one, was used before. */
  takeTotpStep(personId: string, step: number): Promise<boolean>

  insertPasskey(passkey: PasskeyRow): Promise<void>
  passkeys(personId: string): Promise<PasskeyRow[]>
  passkeyByCredential(credentialId: Buffer): Promise<PasskeyRow | undefined>
  usePasskey(id: string, signCount: number, at: Date): Promise<void>
  deletePasskey(id: string, personId: string): Promise<boolean>

  replaceBackupCodes(personId: string, hashes: readonly Buffer[]): Promise<void>
  useBackupCode(personId: string, hash: Buffer, at: Date): Promise<boolean>
  unusedBackupCodes(personId: string): Promise<number>
}

/** Challenges given out, by their hash. */
export interface Ceremonies {
  begin(hash: Buffer, kind: CeremonyKind, personId: string | null, expiresAt: Date): Promise<void>
  /** Once: a second time it is `false`. */
  take(hash: Buffer, kind: CeremonyKind, personId: string | null, now: Date): Promise<boolean>
  /** Once, whoever began it. @returns who did; `undefined` when there is none */
  takeAnyones(hash: Buffer, kind: CeremonyKind, now: Date): Promise<{ personId: string | null } | undefined>
}

/** Ways back in for people who forgot their password. Whatever changes a password ends them (`PeopleDirectory.update`). */
export interface PasswordResets {
  /** In place of the one the person had, if any. */
  keep(personId: string, tokenHash: Buffer, expiresAt: Date): Promise<void>
  /** Whose it is; `undefined` when it is unknown, used, replaced or expired. */
  personOf(tokenHash: Buffer, now: Date): Promise<PersonRow | undefined>
  /** Once: a second time it is `false`. */
  take(tokenHash: Buffer, now: Date): Promise<boolean>
}

/** Guesses at what somebody signs in with, by a hash of whose they are. */
export interface GuessLedger {
  /** Guesses in the window that runs. */
  read(subject: Buffer, windowMs: number, now: Date): Promise<number>
  /** Counts one more guess, in a window that begins anew when the last one has passed. @returns its number in the window */
  count(subject: Buffer, windowMs: number, now: Date): Promise<number>
  /** It was no guess. */
  forgive(subject: Buffer): Promise<void>
  forget(subject: Buffer): Promise<void>
}
