/** A capture file of UDP datagrams between two loopback addresses, 30 ms apart, as tshark reads it. */
export function pcapOf(datagrams: readonly Uint8Array[], port: number): Uint8Array {
  const octets = datagrams.reduce((sum, datagram) => sum + 16 + HEADERS + datagram.length, 24)
  const file = new Uint8Array(octets)
  const view = new DataView(file.buffer)
  view.setUint32(0, 0xa1b2c3d4)
  view.setUint16(4, 2)
  view.setUint16(6, 4)
  view.setUint32(16, 65_535)
  view.setUint32(20, LINKTYPE_RAW)
  let at = 24
  datagrams.forEach((datagram, i) => {
    const length = HEADERS + datagram.length
    view.setUint32(at, Math.floor((i * 30) / 1000))
    view.setUint32(at + 4, ((i * 30) % 1000) * 1000)
    view.setUint32(at + 8, length)
    view.setUint32(at + 12, length)
    at += 16
    writeHeaders(view, at, length, port)
    file.set(datagram, at + HEADERS)
    at += length
  })
  return file
}

/** IPv4 without options and UDP, both without checksums. */
function writeHeaders(view: DataView, at: number, length: number, port: number): void {
  view.setUint8(at, 0x45)
  view.setUint16(at + 2, length)
  view.setUint8(at + 8, 64)
  view.setUint8(at + 9, 17)
  view.setUint32(at + 12, 0x7f000001)
  view.setUint32(at + 16, 0x7f000002)
  view.setUint16(at + 20, port)
  view.setUint16(at + 22, port)
  view.setUint16(at + 24, length - 20)
}

const HEADERS = 28
/** Each packet begins with its IP header. */
const LINKTYPE_RAW = 101
