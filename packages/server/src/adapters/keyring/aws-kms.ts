import { AwsV4Signer } from 'aws4fetch'
import type { KeyProvider } from '../../ports/keyring.ts'
import { tampered } from './aead.ts'
import { keyIdOf } from './file-keys.ts'
import { isRecord } from './is-record.ts'
import { askForJson, bytesOf, type JsonRequest, unavailable, withKeyId } from './remote-json.ts'

export interface AwsKmsSettings {
  readonly region: string
  /** Id, ARN or alias of a symmetric key. */
  readonly keyId: string
  /** Default: the region's own. */
  readonly endpoint?: string
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  readonly timeoutMs?: number
}

const SERVICE = 'AWS KMS'

/**
 * Master keys in AWS KMS (API of 2014-11-01). A key's ARN is kept with what it wrapped, so that after an alias was pointed to another key,
 * or another key was named, what the old one wrapped still opens and is found to be wrapped by an old one. New key material that AWS
 * makes within one key changes no ARN and needs nothing of us.
 */
export function awsKmsProvider(settings: AwsKmsSettings): KeyProvider {
  return {
    async wrap(key, context) {
      const reply = await call(settings, 'Encrypt', {
        KeyId: settings.keyId,
        Plaintext: Buffer.from(key).toString('base64'),
        EncryptionContext: encryptionContext(context),
      })
      return withKeyId(idOf(arnOf(reply.KeyId)), bytesOf(SERVICE, reply.CiphertextBlob))
    },
    async unwrap(wrapped, context) {
      const id = keyIdOf(wrapped)
      if (!id.startsWith(ID_PREFIX)) throw tampered()
      const reply = await call(settings, 'Decrypt', {
        // Named, so that ciphertext of any other key is refused however many this role may use.
        KeyId: id.slice(ID_PREFIX.length),
        CiphertextBlob: Buffer.from(wrapped.subarray(1 + id.length)).toString('base64'),
        EncryptionContext: encryptionContext(context),
      })
      return bytesOf(SERVICE, reply.Plaintext)
    },
    async currentId() {
      const { KeyMetadata } = await call(settings, 'DescribeKey', { KeyId: settings.keyId })
      return idOf(arnOf(isRecord(KeyMetadata) ? KeyMetadata.Arn : undefined))
    },
    idOf: keyIdOf,
  }
}

const ID_PREFIX = 'aws:'

function idOf(arn: string): string {
  return ID_PREFIX + arn
}

function arnOf(value: unknown): string {
  if (typeof value === 'string' && /^arn:[\x21-\x7e]{1,240}$/.test(value)) return value
  throw unavailable(`${SERVICE} gave an answer that is none.`)
}

/** Told in CloudTrail: ids only. */
function encryptionContext(context: string) {
  return { answerback: context }
}

async function call(
  settings: AwsKmsSettings,
  action: string,
  input: object,
): Promise<Readonly<Record<string, unknown>>> {
  const body = JSON.stringify(input)
  const { status, body: reply } = await askForJson(
    SERVICE,
    () => signed(settings, action, body),
    settings.timeoutMs,
  )
  if (status === 200) return reply
  const type = typeof reply.__type === 'string' ? (reply.__type.split('#').at(-1) ?? '') : ''
  if (type === 'InvalidCiphertextException' || type === 'IncorrectKeyException') throw tampered()
  const named = /^[A-Za-z]{1,60}$/.test(type) ? ` (${type})` : ''
  throw unavailable(`${SERVICE} refuses: ${HINTS[type] ?? `it answers ${status}`}${named}.`)
}

const HINTS: Readonly<Record<string, string>> = {
  NotFoundException: 'it has no such key in this region',
  DisabledException: 'the key is disabled',
  KMSInvalidStateException: 'the key cannot be used now; it may be waiting to be deleted',
  AccessDeniedException: 'these credentials need kms:Encrypt, kms:Decrypt and kms:DescribeKey for the key',
  UnrecognizedClientException: 'it does not know these credentials',
  ExpiredTokenException: 'the session of these credentials is over',
  InvalidSignatureException: 'the secret access key or the clock of this machine is wrong',
}

async function signed(settings: AwsKmsSettings, action: string, body: string): Promise<JsonRequest> {
  const { region, credentials } = settings
  const signer = new AwsV4Signer({
    ...credentials,
    method: 'POST',
    url: settings.endpoint ?? `https://kms.${region}.amazonaws.com/`,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${action}` },
    body,
    service: 'kms',
    region,
  })
  const { url, headers } = await signer.sign()
  return { method: 'POST', url: url.toString(), headers: Object.fromEntries(headers), body }
}
