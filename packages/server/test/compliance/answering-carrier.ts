import { createSocket } from 'node:dgram'
import type { AddressInfo } from 'node:net'

/** The other end of a trunk that answers OPTIONS, and takes no call. */
export async function answeringCarrier(): Promise<{ port: number; close: () => Promise<void> }> {
  const socket = createSocket('udp4')
  socket.on('message', (message, { port, address }) => {
    const text = message.toString()
    if (text.startsWith('SIP/2.0') || text.startsWith('ACK')) return
    const named = (name: string) => text.match(new RegExp(`^${name}: .*$`, 'gim')) ?? []
    const to = (named('To')[0] ?? '').trim()
    const status = text.startsWith('OPTIONS') ? '200 OK' : '503 Service Unavailable'
    const lines = [
      `SIP/2.0 ${status}`,
      ...['Via', 'From', 'Call-ID', 'CSeq'].flatMap(named).map((line) => line.trim()),
      /;tag=/.test(to) ? to : `${to};tag=zebra`,
      'Content-Length: 0',
    ]
    socket.send(`${lines.join('\r\n')}\r\n\r\n`, port, address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address() as AddressInfo
  return { port, close: () => new Promise((resolve) => socket.close(() => resolve())) }
}
