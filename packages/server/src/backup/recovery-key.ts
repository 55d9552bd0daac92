import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { contextOf, decrypt, deriveKey, encrypt, NONCE_BYTES } from '../adapters/keyring/aead.ts'
import { BackupError } from './backup-error.ts'

const PREFIX = 'abrecovery1-'
const PUBLIC_BYTES = 32
/** SubjectPublicKeyInfo of an X25519 key (RFC 8410 §4) up to the key itself. */
const SPKI_HEAD = Buffer.from('302a300506032b656e032100', 'hex')
/** The key that wraps is used once, so its nonce need not vary. */
const ONCE = Buffer.alloc(NONCE_BYTES)

/** A data key that only the owner of a recovery key opens. */
export interface SealedForRecipient {
  /** Whose: the recovery key's public half. */
  readonly recipient: string
  readonly ephemeral: string
  readonly wrapped: string
}

/** A new X25519 pair: the public half as text for `--recipient`, the private half as PEM for a file. */
export function newRecoveryKey(): { readonly publicKey: string; readonly privatePem: string } {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  return {
    publicKey: PREFIX + rawOf(publicKey).toString('base64url'),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

/** X25519 with a key of the moment, HKDF-SHA-256 over both public keys, AES-256-GCM. @throws BackupError `wrong_key` */
export function sealForRecipient(recipient: string, dataKey: Uint8Array): SealedForRecipient {
  const theirs = parseRecipient(recipient)
  const ours = generateKeyPairSync('x25519')
  const shared = diffieHellman({ privateKey: ours.privateKey, publicKey: theirs })
  const ephemeral = rawOf(ours.publicKey)
  const key = wrappingKey(shared, ephemeral, rawOf(theirs))
  const wrapped = encrypt(key, ONCE, CONTEXT, dataKey)
  return { recipient, ephemeral: ephemeral.toString('base64url'), wrapped: wrapped.toString('base64url') }
}

/** @param privatePem of a recovery key. @throws BackupError `wrong_key`; KeyError `tampered` */
export function openAsRecipient(privatePem: string, sealed: readonly SealedForRecipient[]): Buffer {
  const privateKey = parsePrivate(privatePem)
  const own = rawOf(createPublicKey(privateKey))
  const found = sealed.find(({ recipient }) => recipient === PREFIX + own.toString('base64url'))
  if (!found) throw new BackupError('wrong_key', 'The backup was not made for this recovery key.')
  const ephemeral = Buffer.from(found.ephemeral, 'base64url')
  const shared = diffieHellman({ privateKey, publicKey: publicFrom(ephemeral) })
  return decrypt(wrappingKey(shared, ephemeral, own), ONCE, CONTEXT, Buffer.from(found.wrapped, 'base64url'))
}

const CONTEXT = contextOf('backup', 'recipient')

function wrappingKey(shared: Buffer, ephemeral: Buffer, recipient: Buffer): KeyObject {
  return deriveKey(shared, Buffer.concat([ephemeral, recipient]), CONTEXT)
}

function parseRecipient(text: string): KeyObject {
  const bytes = text.startsWith(PREFIX) ? Buffer.from(text.slice(PREFIX.length), 'base64url') : undefined
  if (bytes?.length === PUBLIC_BYTES && PREFIX + bytes.toString('base64url') === text)
    return publicFrom(bytes)
  throw new BackupError(
    'wrong_key',
    `A recipient is the line that "answerback backup key" printed, ${PREFIX}….`,
  )
}

function publicFrom(raw: Buffer): KeyObject {
  if (raw.length !== PUBLIC_BYTES)
    throw new BackupError('wrong_key', 'The backup names a key of another length.')
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' })
}

function parsePrivate(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'x25519') return key
  } catch {
    // Told below.
  }
  throw new BackupError('wrong_key', 'The file of --identity holds no recovery key.')
}

function rawOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(SPKI_HEAD.length)
}
