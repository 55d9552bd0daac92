import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { decrypt, encrypt, type KeyService, type ServiceReply, startKeyService } from './key-service.ts'

export interface VaultDouble extends KeyService {
  token: string
  isSealed: boolean
  /** A new version of the key. */
  rotate(): void
  minDecryptionVersion: number
}

/** The transit engine of Vault at `transit/`, with one key `answerback`, as its API documentation tells it. */
export async function startVault(): Promise<VaultDouble> {
  const versions = [randomBytes(32)]
  const answer = (request: IncomingMessage, body: string): ServiceReply => {
    if (vault.isSealed) return refuse(503, 'Vault is sealed')
    if (request.headers['x-vault-token'] !== vault.token) return refuse(403, 'permission denied')
    const input = body === '' ? {} : JSON.parse(body)
    const associated = input.associated_data ?? ''
    switch (`${request.method} ${request.url}`) {
      case 'GET /v1/transit/keys/answerback':
        return ok({ name: 'answerback', type: 'aes256-gcm96', latest_version: versions.length })
      case 'POST /v1/transit/encrypt/answerback': {
        const sealed = encrypt(versions.at(-1)!, Buffer.from(input.plaintext, 'base64'), associated)
        const ciphertext = `vault:v${versions.length}:${sealed.toString('base64')}`
        return ok({ ciphertext, key_version: versions.length })
      }
      case 'POST /v1/transit/decrypt/answerback': {
        const [, version, sealed] = /^vault:v(\d+):(.+)$/.exec(input.ciphertext) ?? []
        const key = versions[Number(version) - 1]
        if (!key || sealed === undefined) return refuse(400, 'invalid ciphertext: unable to decrypt')
        if (Number(version) < vault.minDecryptionVersion) {
          return refuse(400, 'ciphertext or signature version is disallowed by policy (too old)')
        }
        const opened = decrypt(key, Buffer.from(sealed, 'base64'), associated)
        if (!opened) return refuse(400, 'cipher: message authentication failed')
        return ok({ plaintext: opened.toString('base64') })
      }
      default:
        return refuse(404, 'no handler for route')
    }
  }
  const vault: VaultDouble = Object.assign(await startKeyService(answer), {
    token: 'hvs.example',
    isSealed: false,
    minDecryptionVersion: 1,
    rotate() {
      versions.push(randomBytes(32))
    },
  })
  return vault
}

const ok = (data: object): ServiceReply => ({ status: 200, body: { request_id: 'x', data } })
const refuse = (status: number, error: string): ServiceReply => ({ status, body: { errors: [error] } })
