/** Unguessable values; a test gives a seeded one. */
export interface Random {
  /** Cryptographically random bytes. */
  bytes(length: number): Buffer
  /**
   * A new identifier such as `fax_01jd8x3v6rq4h2m7k9a5c0e1tz`: prefix, `_`, and 26 characters of Crockford base32 that
   * hold 48 bits of time (ms), so that identifiers sort by age, and 80 random bits, so that none can be guessed.
   * @param prefix lower-case letters
   */
  id(prefix: string): string
}
