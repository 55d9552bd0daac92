import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const ATTESTED = 0x40

interface CreationOptions {
  readonly challenge: string
  readonly rp: { readonly id: string }
}

interface RequestOptions {
  readonly challenge: string
  readonly rpId: string
}

export interface Misbehaviour {
  /** Where the page claims to be. */
  readonly origin?: string
  /** Nobody entered a PIN or held a finger to it. */
  readonly unverified?: boolean
  /** Does not count on. */
  readonly stuckCounter?: boolean
}

/** An authenticator in software with one ES256 passkey, which writes its own CBOR (WebAuthn level 3 §6). */
export class SoftwareAuthenticator {
  readonly #origin: string
  readonly #credentialId = randomBytes(32)
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  #counter = 0

  constructor(origin: string) {
    this.#origin = origin
  }

  create(options: CreationOptions, bad: Misbehaviour = {}): object {
    const data = this.#authenticatorData(options.rp.id, bad, this.#attestedCredential())
    const attestation = map([
      [text('fmt'), text('none')],
      [text('attStmt'), map([])],
      [text('authData'), bytes(data)],
    ])
    return this.#credential({
      clientDataJSON: this.#clientData('webauthn.create', options.challenge, bad).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    })
  }

  get(options: RequestOptions, bad: Misbehaviour = {}): object {
    const clientData = this.#clientData('webauthn.get', options.challenge, bad)
    const data = this.#authenticatorData(options.rpId, bad)
    const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()])
    return this.#credential({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: createSign('sha256').update(signed).sign(this.#keys.privateKey).toString('base64url'),
    })
  }

  #credential(response: object): object {
    const id = this.#credentialId.toString('base64url')
    return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} }
  }

  #clientData(type: string, challenge: string, { origin }: Misbehaviour): Buffer {
    return Buffer.from(
      JSON.stringify({ type, challenge, origin: origin ?? this.#origin, crossOrigin: false }),
    )
  }

  #authenticatorData(rpId: string, bad: Misbehaviour, attested: Buffer = Buffer.alloc(0)): Buffer {
    if (!bad.stuckCounter) this.#counter += 1
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(this.#counter)
    const flags = USER_PRESENT | (bad.unverified ? 0 : USER_VERIFIED) | (attested.length > 0 ? ATTESTED : 0)
    return Buffer.concat([
      createHash('sha256').update(rpId).digest(),
      Buffer.from([flags]),
      counter,
      attested,
    ])
  }

  #attestedCredential(): Buffer {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(this.#credentialId.length)
    return Buffer.concat([Buffer.alloc(16), length, this.#credentialId, coseKey(this.#keys.publicKey)])
  }
}

/** An EC2 key (RFC 9053 §7.1.1): kty 2, alg −7, crv 1, x, y. */
function coseKey(key: KeyObject): Buffer {
  const { x, y } = key.export({ format: 'jwk' })
  return map([
    [integer(1), integer(2)],
    [integer(3), integer(-7)],
    [integer(-1), integer(1)],
    [integer(-2), bytes(Buffer.from(x!, 'base64url'))],
    [integer(-3), bytes(Buffer.from(y!, 'base64url'))],
  ])
}

/** Definite lengths below 64 KiB (RFC 8949 §3). */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 256) return Buffer.from([(major << 5) | 24, value])
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255])
}

const integer = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value))
const bytes = (value: Buffer) => Buffer.concat([head(2, value.length), value])
const text = (value: string) => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
const map = (pairs: readonly (readonly [Buffer, Buffer])[]) =>
  Buffer.concat([head(5, pairs.length), ...pairs.flat()])
