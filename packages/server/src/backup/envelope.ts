import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline, type Readable, type Transform } from 'node:stream'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { KEY_BYTES } from '../adapters/keyring/aead.ts'
import { documentKey } from '../adapters/keyring/document-key.ts'
import { KeyError, type Keyring } from '../ports/keyring.ts'
import { BackupError, damaged } from './backup-error.ts'
import { openAsRecipient, type SealedForRecipient, sealForRecipient } from './recovery-key.ts'

/**
 * The outside of a backup file:
 *
 *     "answerback backup\n" (18) | length of the header (4) | header, JSON | content
 *
 * The content is encrypted as documents are (`adapters/keyring/chunked.ts`): chunks of 64 KiB, AES-256-GCM, none of which can be changed,
 * dropped, moved or added unnoticed, and the last of which says so. Its key is a random one, wrapped by the installation's master key and,
 * where the operator wants it, for recovery keys; it is bound to the header.
 */
const MAGIC = Buffer.from('answerback backup\n')
const FORM = 1
const HEADER_BYTES_MAX = 65_536
const RECIPIENTS_MAX = 16
const READ_BYTES = 262_144

const Base64 = Type.String({ pattern: '^[A-Za-z0-9_-]{1,8192}$' })
const Header = Type.Object({
  form: Type.Integer(),
  id: Type.String({ pattern: '^[a-z0-9_]{1,64}$' }),
  master: Base64,
  recipients: Type.Array(
    Type.Object({ recipient: Type.String({ maxLength: 100 }), ephemeral: Base64, wrapped: Base64 }),
    {
      maxItems: RECIPIENTS_MAX,
    },
  ),
})

export interface SealedOutside {
  /** Everything before the content. */
  readonly lead: Buffer
  /** Content in, ciphertext out. */
  readonly encrypt: Transform
}

/** @param recipients public halves of recovery keys. @throws BackupError `wrong_key`, KeyError */
export async function sealOutside(
  id: string,
  keyring: Pick<Keyring, 'wrapSecret'>,
  recipients: readonly string[],
): Promise<SealedOutside> {
  const dataKey = randomBytes(KEY_BYTES)
  const header = Buffer.from(
    JSON.stringify({
      form: FORM,
      id,
      master: (await keyring.wrapSecret(contextOf(id), dataKey)).toString('base64url'),
      recipients: recipients
        .slice(0, RECIPIENTS_MAX)
        .map((recipient) => sealForRecipient(recipient, dataKey)),
    }),
  )
  const length = Buffer.alloc(4)
  length.writeUInt32BE(header.length)
  return {
    lead: Buffer.concat([MAGIC, length, header]),
    encrypt: documentKey(dataKey, placeOf(header)).encryptStream(),
  }
}

/** What opens a backup: the installation's master key, or the private half of a recovery key. */
export type BackupKey = { readonly keyring: Pick<Keyring, 'unwrapSecret'> } | { readonly identityPem: string }

/** A backup that can be read as often as wanted, each time from its beginning. */
export interface OpenBackup {
  readonly id: string
  /** Fails with BackupError `damaged`. What it gave before was as it was written. */
  content(): AsyncIterable<Uint8Array>
}

/**
 * @param signal ends every reading of it
 * @throws BackupError `unreadable`, `not_a_backup`, `newer_form`, `wrong_key`
 */
export async function openOutside(path: string, key: BackupKey, signal?: AbortSignal): Promise<OpenBackup> {
  const bytes = await readHeader(path)
  const header = parseHeader(bytes)
  const dataKey = await openKey(header, key)
  const start = MAGIC.length + 4 + bytes.length
  return {
    id: header.id,
    content: () => {
      const decrypt = documentKey(dataKey, placeOf(bytes)).decryptStream()
      return decrypted(createReadStream(path, { start, signal, highWaterMark: READ_BYTES }), decrypt)
    },
  }
}

async function* decrypted(source: Readable, decrypt: Transform): AsyncGenerator<Uint8Array> {
  // Its end, good or bad, is seen by whoever reads the transform.
  pipeline(source, decrypt, () => undefined)
  try {
    yield* decrypt
  } catch (error) {
    if (error instanceof KeyError) throw damaged('its bytes were changed, or its end is missing', error)
    throw error
  }
}

async function readHeader(path: string): Promise<Buffer> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new BackupError('unreadable', 'The backup cannot be read: name a file that is there.', { cause })
  })
  try {
    const lead = Buffer.alloc(MAGIC.length + 4)
    const { bytesRead } = await handle.read(lead, 0, lead.length, 0)
    const length = lead.readUInt32BE(MAGIC.length)
    if (
      bytesRead < lead.length ||
      !lead.subarray(0, MAGIC.length).equals(MAGIC) ||
      length > HEADER_BYTES_MAX
    ) {
      throw new BackupError('not_a_backup', 'The file is no backup of Answerback.')
    }
    const header = Buffer.alloc(length)
    const read = await handle.read(header, 0, length, lead.length)
    if (read.bytesRead < length) throw damaged('it ends within its header')
    return header
  } finally {
    await handle.close()
  }
}

interface ReadHeader {
  readonly id: string
  readonly master: string
  readonly recipients: readonly SealedForRecipient[]
}

function parseHeader(bytes: Buffer): ReadHeader {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw damaged('its header is no JSON', cause)
  }
  if (typeof value === 'object' && value !== null && 'form' in value && Number(value.form) > FORM) {
    throw new BackupError('newer_form', 'The backup was made by a newer version of Answerback: use that one.')
  }
  if (!Value.Check(Header, value)) throw damaged('its header has another form')
  return value
}

async function openKey(header: ReadHeader, key: BackupKey): Promise<Buffer> {
  try {
    if ('identityPem' in key) return openAsRecipient(key.identityPem, header.recipients)
    return await key.keyring.unwrapSecret(contextOf(header.id), Buffer.from(header.master, 'base64url'))
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    const sentence =
      'The key at hand does not open this backup: put the master key of the installation that made it in its place ' +
      '(ANSWERBACK_KEY_FOLDER), or the header was changed.'
    throw new BackupError('wrong_key', sentence, { cause: error })
  }
}

function contextOf(id: string): string {
  return `backup ${id}`
}

/** Binds the content to the header it was written under. */
function placeOf(header: Buffer): { accountId: string; documentId: string } {
  return { accountId: 'backup', documentId: createHash('sha256').update(header).digest('hex') }
}
