import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { decrypt, encrypt, type KeyService, type ServiceReply, startKeyService } from './key-service.ts'

export const KMS_CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example-secret' }
export const KMS_REGION = 'us-east-1'

interface KmsKey {
  readonly arn: string
  readonly material: Buffer
  isEnabled: boolean
}

export interface KmsDouble extends KeyService {
  /** Makes a key and points the alias to it. @returns its ARN */
  point(alias: string): string
  disable(arn: string): void
}

/** AWS KMS as its API reference tells it: JSON 1.1, Signature Version 4, encryption context, the errors by name. */
export async function startKms(): Promise<KmsDouble> {
  const keys = new Map<string, KmsKey>()
  const aliases = new Map<string, string>()
  const find = (keyId: string) => keys.get(aliases.get(keyId) ?? keyId)

  const answer = (request: IncomingMessage, body: string): ServiceReply => {
    if (!isSigned(request, body)) return refuse('InvalidSignatureException')
    const input = JSON.parse(body)
    const action = String(request.headers['x-amz-target'])
    const key = find(input.KeyId)
    if (!key) return refuse('NotFoundException')
    if (action === 'TrentService.DescribeKey') {
      return { status: 200, body: { KeyMetadata: { Arn: key.arn, KeyId: key.arn.split('/')[1] } } }
    }
    if (!key.isEnabled) return refuse('DisabledException')
    const context = JSON.stringify(input.EncryptionContext)
    if (action === 'TrentService.Encrypt') {
      const sealed = encrypt(key.material, Buffer.from(input.Plaintext, 'base64'), context)
      return { status: 200, body: { KeyId: key.arn, CiphertextBlob: sealed.toString('base64') } }
    }
    if (action !== 'TrentService.Decrypt') return refuse('UnknownOperationException')
    const sealed = Buffer.from(input.CiphertextBlob, 'base64')
    const other = [...keys.values()].find((each) => each !== key && decrypt(each.material, sealed, context))
    if (other) return refuse('IncorrectKeyException')
    const opened = decrypt(key.material, sealed, context)
    if (!opened) return refuse('InvalidCiphertextException')
    return { status: 200, body: { KeyId: key.arn, Plaintext: opened.toString('base64') } }
  }

  return Object.assign(await startKeyService(answer), {
    point(alias: string) {
      const arn = `arn:aws:kms:${KMS_REGION}:111122223333:key/${randomBytes(8).toString('hex')}`
      keys.set(arn, { arn, material: randomBytes(32), isEnabled: true })
      aliases.set(alias, arn)
      return arn
    },
    disable(arn: string) {
      keys.get(arn)!.isEnabled = false
    },
  })
}

function refuse(type: string): ServiceReply {
  return { status: 400, body: { __type: `com.amazonaws.kms#${type}`, message: 'refused' } }
}

/** The signature worked out anew from what came, by AWS's description of Signature Version 4. */
function isSigned(request: IncomingMessage, body: string): boolean {
  const authorization = String(request.headers.authorization)
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/kms\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    )
  if (!found) return false
  const [, accessKeyId, day, region, names, signature] = found as unknown as string[]
  if (accessKeyId !== KMS_CREDENTIALS.accessKeyId || region !== KMS_REGION) return false
  const signed = names!.split(';')
  if (!['host', 'x-amz-date', 'x-amz-target'].every((name) => signed.includes(name))) return false
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const headers = signed.map((name) => `${name}:${String(request.headers[name]).trim()}\n`).join('')
  const canonical = ['POST', '/', '', headers, names, sha256(body)].join('\n')
  const date = String(request.headers['x-amz-date'])
  const toSign = ['AWS4-HMAC-SHA256', date, `${day}/${region}/kms/aws4_request`, sha256(canonical)].join('\n')
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  const key = [day!, region!, 'kms', 'aws4_request'].reduce<Buffer | string>(
    hmac,
    `AWS4${KMS_CREDENTIALS.secretAccessKey}`,
  )
  return hmac(key, toSign).toString('hex') === signature
}
