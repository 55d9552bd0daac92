import { createSocket, type Socket as DatagramSocket, type RemoteInfo } from 'node:dgram'
import { lookup } from 'node:dns'
import { type AddressInfo, connect, createServer, isIP, type Server, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer, rootCertificates } from 'node:tls'
import { ParseError } from '@answerback/protocol/parse-error'
import { addressKey, type SipAddress, type SipTransport } from '@answerback/protocol/sip/address'
import { StreamFramer } from '@answerback/protocol/sip/message/stream-framer'
import type { Reach } from '../../../addresses/reach.ts'
import type { EngineSettings } from './engine-messages.ts'

export interface SipSocketEvents {
  received(bytes: Uint8Array, from: SipAddress): void
  failed(to: SipAddress): void
}

/** Strangers may open connections; so many are kept, and so many bytes may wait for a slow one. */
const CONNECTIONS_MAX = 500
const WAITING_BYTES_MAX = 1_048_576
const CONNECT_TIMEOUT_MS = 5_000
/** RFC 5626 §4.4.1 pings are slower than this; a connection nobody uses is closed. */
const IDLE_MS = 600_000
const ANY_PORT_TRIES = 10
const PONG = new TextEncoder().encode('\r\n')

/** SIP over UDP, TCP and TLS (RFC 3261 §18): one listener each, connections made where none is open. */
export class SipSockets {
  readonly #settings: EngineSettings['sip']
  readonly #reach: Reach
  readonly #family: 4 | 6
  readonly #events: SipSocketEvents
  readonly #udp: DatagramSocket
  readonly #servers: Server[] = []
  readonly #connections = new Map<string, Socket>()
  #isClosed = false

  private constructor(settings: EngineSettings['sip'], reach: Reach, events: SipSocketEvents) {
    this.#settings = settings
    this.#reach = reach
    this.#events = events
    this.#family = isIP(settings.host) === 6 ? 6 : 4
    this.#udp = createSocket({ type: `udp${this.#family}`, lookup: quickLookup })
  }

  /** @throws when a port is taken or may not be used */
  static async open(
    settings: EngineSettings['sip'],
    reach: Reach,
    events: SipSocketEvents,
  ): Promise<SipSockets> {
    // Any port will do: the one UDP got may be taken for TCP, and then another is tried.
    for (let triesLeft = settings.port === 0 ? ANY_PORT_TRIES : 1; ; triesLeft--) {
      const sockets = new SipSockets(settings, reach, events)
      try {
        await sockets.#listen()
        return sockets
      } catch (error) {
        sockets.close()
        if (triesLeft <= 1) throw error
      }
    }
  }

  get ports(): Readonly<Partial<Record<SipTransport, number>>> {
    const [tcp, tls] = this.#servers.map((server) => (server.address() as AddressInfo).port)
    return { udp: this.#udp.address().port, ...(tcp && { tcp }), ...(tls && { tls }) }
  }

  send(to: SipAddress, bytes: Uint8Array): void {
    if (this.#isClosed) return
    if (to.transport === 'udp') {
      this.#sendDatagram(to, bytes)
      return
    }
    // A dialog that came in on a connection goes on there; when that is gone, where its Contact says.
    const elsewhere = to.orElse ?? to
    const open = this.#connections.get(addressKey(to)) ?? this.#connections.get(addressKey(elsewhere))
    // The socket asks `reach` about names by itself, and about addresses nobody.
    if (!open && isIP(elsewhere.host) !== 0 && !this.#reach.admits(elsewhere.host)) {
      this.#fail(to)
      return
    }
    const connection = open ?? this.#connect(elsewhere)
    if (connection.writableLength > WAITING_BYTES_MAX) connection.destroy(new Error('too slow'))
    else connection.write(bytes)
  }

  #sendDatagram(to: SipAddress, bytes: Uint8Array): void {
    this.#reach.resolve(to.host, this.#family, (refusal, address) => {
      if (this.#isClosed) return
      if (refusal) return this.#fail(to)
      this.#udp.send(bytes, to.port, address, (error) => {
        if (error) this.#events.failed(to)
      })
    })
  }

  /** Later: whoever sends is in the middle of its own work. */
  #fail(to: SipAddress): void {
    queueMicrotask(() => this.#events.failed(to))
  }

  close(): void {
    this.#isClosed = true
    for (const server of this.#servers) server.close()
    for (const connection of this.#connections.values()) connection.destroy()
    try {
      this.#udp.close()
    } catch {
      // It was never bound.
    }
  }

  async #listen(): Promise<void> {
    const { host, port, tls } = this.#settings
    await bind(this.#udp, host, port)
    this.#udp.on('message', (bytes, from) => this.#onDatagram(bytes, from))
    this.#udp.on('error', () => undefined)
    const udpPort = this.#udp.address().port
    this.#servers.push(
      await listening(
        createServer((socket) => this.#onConnection(socket, 'tcp')),
        host,
        udpPort,
      ),
    )
    if (!tls) return
    const server = createTlsServer(
      { cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2', handshakeTimeout: CONNECT_TIMEOUT_MS },
      (socket) => this.#onConnection(socket, 'tls'),
    )
    server.on('tlsClientError', () => undefined)
    this.#servers.push(await listening(server, host, port === 0 ? 0 : port + 1))
  }

  #onDatagram(bytes: Uint8Array, from: RemoteInfo): void {
    this.#events.received(bytes, { transport: 'udp', host: from.address, port: from.port })
  }

  #connect(to: SipAddress): Socket {
    const { host, port } = to
    const { trustedCertificates } = this.#settings
    const socket =
      to.transport === 'tls'
        ? connectTls({
            host,
            port,
            servername: isIP(host) ? '' : host,
            minVersion: 'TLSv1.2',
            lookup: this.#reach.lookup,
            ...(trustedCertificates && { ca: [...rootCertificates, trustedCertificates] }),
          })
        : connect({ host, port, lookup: this.#reach.lookup })
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('no connection')))
    socket.once(to.transport === 'tls' ? 'secureConnect' : 'connect', () => socket.setTimeout(IDLE_MS))
    this.#keep(socket, to)
    return socket
  }

  #onConnection(socket: Socket, transport: SipTransport): void {
    if (this.#connections.size >= CONNECTIONS_MAX || socket.remoteAddress === undefined) {
      socket.destroy()
      return
    }
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    this.#keep(socket, { transport, host: socket.remoteAddress, port: socket.remotePort ?? 0 })
  }

  #keep(socket: Socket, peer: SipAddress): void {
    const key = addressKey(peer)
    const framer = new StreamFramer()
    this.#connections.set(key, socket)
    socket.setNoDelay(true)
    socket.on('data', (bytes: Uint8Array) => this.#onBytes(socket, framer, bytes, peer))
    socket.on('error', () => this.#events.failed(peer))
    socket.on('close', () => {
      if (this.#connections.get(key) === socket) this.#connections.delete(key)
    })
  }

  #onBytes(socket: Socket, framer: StreamFramer, bytes: Uint8Array, peer: SipAddress): void {
    try {
      for (const framed of framer.push(bytes)) {
        if (framed.kind === 'ping') socket.write(PONG)
        else this.#events.received(framed.bytes, peer)
      }
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      socket.destroy()
    }
  }
}

/** Addresses need no resolver; without this every datagram to one would wait for a turn of it. */
export function quickLookup(
  host: string,
  options: { family?: number | string },
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  const family = isIP(host)
  if (family !== 0) callback(null, host, family)
  else lookup(host, { family: options.family === 6 ? 6 : 4 }, callback)
}

export function bind(socket: DatagramSocket, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', reject)
      resolve()
    })
  })
}

function listening(server: Server, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject)
      server.on('error', () => undefined)
      resolve(server)
    })
  })
}
