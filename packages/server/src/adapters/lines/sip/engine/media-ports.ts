import { randomInt } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { isIP } from 'node:net'
import type { HostPort } from '@answerback/protocol/sip/address'
import type { Reach } from '../../../addresses/reach.ts'
import type { EngineSettings } from './engine-messages.ts'
import { bind, quickLookup } from './sip-sockets.ts'

export interface MediaPort {
  readonly port: number
  send(to: HostPort, octets: Uint8Array): void
  close(): void
}

/** A port that was just closed may still get the last packets of its call. */
const TRIES_MAX = 50
/** Room for a burst while the process is held up: 400 datagrams of half a kilobyte. */
const RECEIVE_BUFFER_OCTETS = 262_144

/** UDP ports for media, one for each call: sound first, then UDPTL on the same one. */
export class MediaPorts {
  readonly #settings: EngineSettings['media']
  readonly #reach: Reach
  readonly #inUse = new Set<number>()

  constructor(settings: EngineSettings['media'], reach: Reach) {
    this.#settings = settings
    this.#reach = reach
  }

  /** @returns `undefined` when the range has no free port */
  async open(onMessage: (octets: Uint8Array, from: HostPort) => void): Promise<MediaPort | undefined> {
    const { firstPort, lastPort } = this.#settings
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      // Chosen at random: a stranger cannot guess where the next call's media will be.
      const port = randomInt(firstPort, lastPort + 1) & ~1
      if (port < firstPort || this.#inUse.has(port)) continue
      this.#inUse.add(port)
      const socket = await this.#tryPort(port)
      if (!socket) {
        this.#inUse.delete(port)
        continue
      }
      socket.on('message', (octets, from) => onMessage(octets, { host: from.address, port: from.port }))
      return this.#wrap(socket, port)
    }
    return undefined
  }

  async #tryPort(port: number): Promise<Socket | undefined> {
    const { host } = this.#settings
    const socket = createSocket({
      type: isIP(host) === 6 ? 'udp6' : 'udp4',
      lookup: quickLookup,
      recvBufferSize: RECEIVE_BUFFER_OCTETS,
    })
    try {
      await bind(socket, host, port)
    } catch {
      socket.close()
      return undefined
    }
    // An ICMP "port unreachable" is no news to a fax: its timers see to a peer that is gone.
    socket.on('error', () => undefined)
    return socket
  }

  #wrap(socket: Socket, port: number): MediaPort {
    let isOpen = true
    const family = isIP(this.#settings.host) === 6 ? 6 : 4
    return {
      port,
      send: (to, octets) => {
        // An SDP may name any host; to one that is refused nothing is sent, and the call ends by its timers.
        this.#reach.resolve(to.host, family, (error, address) => {
          if (isOpen && error === null) socket.send(octets, to.port, address, IGNORED)
        })
      },
      close: () => {
        if (!isOpen) return
        isOpen = false
        socket.close()
        this.#inUse.delete(port)
      },
    }
  }
}

const IGNORED = () => undefined
