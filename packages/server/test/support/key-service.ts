import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { after } from 'node:test'

export interface ServiceReply {
  readonly status: number
  readonly body: unknown
}

/** A key service for tests: a real HTTP server on loopback that can be made to fail. */
export interface KeyService {
  readonly url: string
  /** Requests that came, also those that failed. */
  requests: number
  /** So many of the next requests get this status, or no answer at all. */
  failing: { count: number; how: number | 'silence' | 'hang up' }
}

/** @param answer of a request that is not made to fail */
export async function startKeyService(
  answer: (request: IncomingMessage, body: string) => ServiceReply,
): Promise<KeyService> {
  const service = { url: '', requests: 0, failing: { count: 0, how: 500 as number | 'silence' | 'hang up' } }
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      service.requests += 1
      if (service.failing.count > 0) {
        service.failing.count -= 1
        const { how } = service.failing
        if (how === 'hang up') request.socket.destroy()
        else if (how !== 'silence') response.writeHead(how, { location: 'http://127.0.0.1:1/' }).end('{}')
        return
      }
      const { status, body } = answer(request, Buffer.concat(chunks).toString('utf8'))
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  service.url = `http://127.0.0.1:${address.port}`
  return service
}

/** `nonce | ciphertext | tag`, with associated data. */
export function encrypt(key: Buffer, plaintext: Buffer, associated: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(associated))
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

export function decrypt(key: Buffer, sealed: Buffer, associated: string): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
    decipher.setAAD(Buffer.from(associated)).setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
  } catch {
    return undefined
  }
}
