import type { Transform } from 'node:stream'

/**
 * Keys in three layers: a KeyProvider's master key wraps one key per account, which wraps one key per document.
 * Destroying a wrapped key destroys what lies under it. Ciphertext is bound to the place it was made for: moved to another
 * account, row, column or document it does not open.
 */
export interface Keyring {
  /** A new account's key, wrapped: stored in the account's row. */
  createAccountKey(accountId: string): Promise<Buffer>
  /**
   * @param wrapped as stored by `createAccountKey`
   * @throws KeyError `tampered` (also: another account's), `key_unavailable`
   */
  account(accountId: string, wrapped: Uint8Array): Promise<AccountKeys>
  /** The account's keys if this process has unwrapped them lately: saves reading the account's row only for its key. */
  unlocked(accountId: string): Promise<AccountKeys> | undefined
  /** Names the master key that wraps from now on. @throws KeyError `key_unavailable` */
  masterKeyId(): Promise<string>
  /** Names the master key that wrapped it. */
  wrappedBy(wrapped: Uint8Array): string
  /** The same account key wrapped by the master key of now. */
  rewrapAccountKey(accountId: string, wrapped: Uint8Array): Promise<WrappedAccountKey>
  accountKeyVersions(accountId: string, wrapped: Uint8Array): Promise<AccountKeyVersions>
  /**
   * Versions of the key that wraps document keys. `add`: a new one that wraps nothing yet, so that every process can know it before it is
   * needed; `use`: the newest wraps from now on; `retire`: older ones are forgotten, and what they still wrap is lost.
   */
  changeAccountKey(
    accountId: string,
    wrapped: Uint8Array,
    change: 'add' | 'use' | 'retire',
  ): Promise<WrappedAccountKey>
  /** Of `wrapSecret` and `createSigningKey`, wrapped by the master key of now. */
  rewrapSecret(context: string, wrapped: Uint8Array): Promise<Buffer>
  rewrapSigningKey(purpose: string, wrapped: Uint8Array): Promise<Buffer>
  /**
   * Keyed hash under a key of the installation, for values that accounts share, such as the slot of a destination.
   * @returns 32 bytes
   */
  installationHash(purpose: string, value: string): Buffer
  /**
   * Wraps a secret that belongs to no account, such as the seed of a person's one-time codes.
   * @param context bound to the result: the same is needed to unwrap
   */
  wrapSecret(context: string, secret: Uint8Array): Promise<Buffer>
  /** @throws KeyError `tampered` (also: another context's), `key_unavailable` */
  unwrapSecret(context: string, wrapped: Uint8Array): Promise<Buffer>
  /** A new Ed25519 key of the installation; its private half is wrapped, to be stored. */
  createSigningKey(purpose: string): Promise<{ readonly publicKey: Buffer; readonly wrapped: Buffer }>
  /**
   * Signs with Ed25519 (RFC 8032).
   * @param wrapped as `createSigningKey` gave it for the same purpose
   * @returns 64 bytes
   * @throws KeyError `tampered` (also: another purpose's), `key_unavailable`
   */
  sign(purpose: string, wrapped: Uint8Array, message: Uint8Array): Promise<Buffer>
}

export interface AccountKeyVersions {
  /** Wraps new document keys. */
  readonly current: number
  readonly newest: number
  /** That can still be unwrapped. */
  readonly count: number
}

export interface WrappedAccountKey {
  readonly wrapped: Buffer
  readonly versions: AccountKeyVersions
}

/** Crypto under one account's key. All of it is synchronous and free of I/O. */
export interface AccountKeys {
  /** Encrypts a small value for a database column: 29 bytes longer than the plaintext. */
  seal(place: FieldPlace, plaintext: string | Uint8Array): Buffer
  /** @throws KeyError `tampered` */
  open(place: FieldPlace, sealed: Uint8Array): Buffer
  /** `open`, as UTF-8 text. */
  openText(place: FieldPlace, sealed: Uint8Array): string
  /**
   * `seal`, under the account's key and a secret beside it: once the secret is destroyed nobody opens it, though it cannot be deleted.
   * @param secret at least 12 random bytes that lie where they can be destroyed, such as another sealed value
   */
  sealUnder(secret: Uint8Array, place: FieldPlace, plaintext: string): Buffer
  /** @throws KeyError `tampered` */
  openUnder(secret: Uint8Array, place: FieldPlace, sealed: Uint8Array): string
  /** Keyed hash for equality search, 32 bytes: equal only within this account and purpose. */
  hash(purpose: string, value: string): Buffer
  /** A new document's key, wrapped: stored in the document's row. */
  createDocumentKey(documentId: string): Buffer
  /** The same document key, wrapped by the version of the account's key that wraps now. @throws KeyError `tampered` */
  rewrapDocumentKey(documentId: string, wrapped: Uint8Array): Buffer
  /** @throws KeyError `tampered` */
  document(documentId: string, wrapped: Uint8Array): DocumentKey
}

/** The cell a sealed value belongs to. `row` is the row's identifier. */
export interface FieldPlace {
  readonly table: string
  readonly column: string
  readonly row: string
}

/**
 * Encrypts one document in chunks of 64 KiB (the STREAM construction over AES-256-GCM), so that any size takes little memory
 * and no byte is released before it was checked. Encrypting twice under one key is safe.
 */
export interface DocumentKey {
  encrypt(plaintext: Uint8Array): Buffer
  /** @throws KeyError `tampered` for any change, cut, lengthening or reordering */
  decrypt(ciphertext: Uint8Array): Buffer
  encryptStream(): Transform
  /** Fails with KeyError `tampered`; what it gave out before was authentic, and the stream then never ends. */
  decryptStream(): Transform
  /**
   * Plaintext bytes `start` (included) to `end` (excluded) of a stored ciphertext; past the end it is cut short.
   * @param read gives ciphertext bytes `start` to `end` (excluded)
   * @throws KeyError `tampered`
   */
  decryptRange(ciphertext: CiphertextReader, start: number, end: number): Promise<Buffer>
}

export interface CiphertextReader {
  readonly byteLength: number
  read(start: number, end: number): Promise<Uint8Array>
}

/** Keeps the master key: a file, AWS KMS, Vault. */
export interface KeyProvider {
  /** @param context bound to the result: the same is needed to unwrap */
  wrap(key: Uint8Array, context: string): Promise<Buffer>
  /** @throws KeyError `tampered`, `key_unavailable` (a master key that is not there) */
  unwrap(wrapped: Uint8Array, context: string): Promise<Buffer>
  /** Names the key that wraps from now on, such as `k2`. */
  currentId(): Promise<string>
  /** Names the key that wrapped it. */
  idOf(wrapped: Uint8Array): string
}

export class KeyError extends Error {
  readonly code: 'tampered' | 'key_unavailable' | 'unsafe_key_file'

  constructor(code: KeyError['code'], sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.name = 'KeyError'
    this.code = code
  }
}
