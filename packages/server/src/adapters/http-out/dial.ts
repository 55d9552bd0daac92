import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { HttpOutError } from '../../ports/http-out.ts'
import type { Target } from './target.ts'

/** Whom we believe, and what we show. */
export interface Trust {
  /** Trusted roots, PEM. */
  readonly ca: readonly string[]
  readonly identity?: ClientIdentity
}

/** PEM. */
export interface ClientIdentity {
  readonly cert: Buffer
  readonly key: Buffer
}

/**
 * Opens a connection to one of the target's checked addresses, in their order. No name is looked up here, so a name
 * server that answers differently the second time is never asked. TLS still verifies the name.
 * @throws HttpOutError `connect`, `tls`, or the signal's reason
 */
export async function dial(target: Target, trust: Trust, signal: AbortSignal): Promise<Socket> {
  const socket = await dialFirst(target, signal)
  if (target.url.protocol !== 'https:') return socket
  return secure(socket, target, trust, signal)
}

async function dialFirst(target: Target, signal: AbortSignal): Promise<Socket> {
  let lastError: unknown
  for (const address of target.addresses) {
    try {
      return await settled(connectTcp({ host: address, port: target.port, noDelay: true }), 'connect', signal)
    } catch (error) {
      signal.throwIfAborted()
      lastError = error
    }
  }
  throw new HttpOutError('connect', 'No address of the host takes the connection.', { cause: lastError })
}

async function secure(
  socket: Socket,
  target: Target,
  { ca, identity }: Trust,
  signal: AbortSignal,
): Promise<Socket> {
  const encrypted = connectTls({
    socket,
    host: target.hostname,
    // An address is no server name (RFC 6066 §3); the certificate is then checked against the address.
    servername: isIP(target.hostname) === 0 ? target.hostname : '',
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    ca: [...ca],
    ...(identity ? { cert: identity.cert, key: identity.key } : {}),
  })
  try {
    return await settled(encrypted, 'secureConnect', signal)
  } catch (cause) {
    socket.destroy()
    signal.throwIfAborted()
    throw new HttpOutError('tls', 'The host did not prove who it is, or speaks no TLS 1.2.', { cause })
  }
}

function settled<T extends Socket>(
  socket: T,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const finish = (conclude: () => void) => {
      signal.removeEventListener('abort', abort)
      socket.removeListener('error', fail)
      socket.removeListener('close', closed)
      conclude()
    }
    const fail = (error: unknown) => {
      finish(() => reject(error))
      socket.destroy()
    }
    const closed = () => fail(new Error('closed'))
    const abort = () => fail(signal.reason)
    // Whoever takes the socket over listens for itself; until then a reset must not end the process.
    socket.on('error', () => undefined)
    signal.addEventListener('abort', abort, { once: true })
    socket.once(event, () => finish(() => resolve(socket)))
    socket.once('error', fail)
    socket.once('close', closed)
    if (signal.aborted) abort()
  })
}
