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

/** This machine. */
export const LOOPBACK_BLOCKS: readonly string[] = ['127.0.0.0/8', '::1/128']

/** Networks that are nobody's on the Internet: RFC 1918, RFC 6598, loopback, link-local, and RFC 4193. */
export const PRIVATE_BLOCKS: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
]

/** How many addresses a block has. IPv6 is counted in networks of one link (/64): who has one address there has all of them. */
export function blockSize(block: string): bigint {
  const { family, prefix } = partsOf(block)
  return family === 6 ? 1n << BigInt(Math.max(0, 64 - prefix)) : 1n << BigInt(32 - prefix)
}

/** Whether all of a block lies in one of the others. */
export function isWithin(block: string, others: readonly string[]): boolean {
  const { address, family, prefix } = partsOf(block)
  return others.some((other) => {
    const wider = partsOf(other)
    return wider.family === family && wider.prefix <= prefix && isListed([other], address)
  })
}

function partsOf(block: string): {
  readonly address: string
  readonly family: 4 | 6
  readonly prefix: number
} {
  const [address = '', prefix] = block.split('/')
  const family = isIP(address) === 6 ? 6 : 4
  return { address, family, prefix: prefix === undefined ? PREFIX_MAX[family] : Number(prefix) }
}
