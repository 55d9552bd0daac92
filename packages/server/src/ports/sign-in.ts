/** Slow hashes, on purpose. */
export interface PasswordHasher {
  /** @returns text that names its own parameters */
  hash(password: string): Promise<string>
  /** Takes as long for `undefined`, somebody who has no password, and is then `false`. */
  verify(password: string, hash: string | undefined): Promise<boolean>
}

/** Where a ceremony of WebAuthn takes place. */
export interface RelyingParty {
  /** `https://fax.clinic.example` */
  readonly origin: string
  /** The host of it. */
  readonly id: string
}

/** Takes the challenge that was answered out of those that were given; `false` for any other. */
export type TakeChallenge = (challenge: Buffer) => Promise<boolean>

/** Signatures that passkeys may use, COSE: EdDSA, ES256, RS256 (RFC 9053 §2.1, RFC 8812 §2). */
export const PASSKEY_ALGORITHMS = [-8, -7, -257] as const

export interface NewPasskey {
  readonly credentialId: Buffer
  readonly publicKey: Buffer
  readonly signCount: number
  readonly transports: readonly string[]
}

/** Verifies what authenticators sign (WebAuthn level 3 §7). User verification is always asked for: a passkey is two factors in one. */
export interface PasskeyVerifier {
  /** `undefined` for anything that does not verify. */
  verifyNew(response: unknown, party: RelyingParty, take: TakeChallenge): Promise<NewPasskey | undefined>
  /** @returns the authenticator's new counter */
  verifyUse(
    response: unknown,
    passkey: Pick<NewPasskey, 'credentialId' | 'publicKey' | 'signCount'>,
    party: RelyingParty,
    take: TakeChallenge,
  ): Promise<number | undefined>
  /** The credential a response speaks of, before anything is verified. */
  credentialOf(response: unknown): Buffer | undefined
}

/** Somebody an identity provider vouches for. */
export interface VouchedPerson {
  readonly issuer: string
  readonly subject: string
  /** Only when the provider says that it has verified it. */
  readonly email: string | undefined
  /** Whether the provider says that more than one factor was used (`amr`, RFC 8176). */
  readonly secondFactor: boolean
}

/** The three values of one sign-in that must meet again at its end. */
export interface SignInState {
  readonly state: string
  readonly nonce: string
  /** RFC 7636 §4.1. */
  readonly codeVerifier: string
}

/** An OpenID Connect provider, by the authorization code flow with PKCE. */
export interface IdentityProvider {
  /** What the button says. */
  readonly name: string
  /** @throws IdentityError */
  authorizationUrl(redirectUri: string, state: SignInState): Promise<string>
  /** @throws IdentityError */
  redeem(parameters: URLSearchParams, redirectUri: string, state: SignInState): Promise<VouchedPerson>
}

/** The provider cannot be reached, refuses, or says what does not verify. Its words are not repeated: they may name the person. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError'
  readonly code: 'unreachable' | 'refused' | 'not_verified'

  constructor(code: IdentityError['code'], options?: ErrorOptions) {
    super(`The identity provider did not vouch (${code}).`, options)
    this.code = code
  }
}
