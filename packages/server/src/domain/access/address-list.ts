import { BlockList, isIP } from 'node:net'

const PREFIX_MAX = { 4: 32, 6: 128 } as const

/** Whether a text is an address or a CIDR block (RFC 4632 §3.1, RFC 4291 §2.3). */
export function isAddressBlock(text: string): boolean {
  const [address = '', prefix, more] = text.split('/')
  const family = isIP(address)
  if ((family !== 4 && family !== 6) || more !== undefined || address.includes('%')) return false
  return prefix === undefined || (/^(?:0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= PREFIX_MAX[family])
}

/** Whether an address lies in one of the blocks. An IPv4 address that came over an IPv6 socket (RFC 4291 §2.5.5.2) is the IPv4 address. */
export function isListed(blocks: readonly string[], address: string): boolean {
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
  const family = isIP(plain)
  if (family === 0) return false
  const list = new BlockList()
  for (const block of blocks) {
    const [network = '', prefix] = block.split('/')
    const kind = isIP(network) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(network, prefix === undefined ? PREFIX_MAX[kind === 'ipv6' ? 6 : 4] : Number(prefix), kind)
  }
  return list.check(plain, family === 6 ? 'ipv6' : 'ipv4')
}
