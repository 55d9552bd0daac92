import { BlockList, isIP } from 'node:net'
import { parseNumber } from '../numbers/number.ts'
import type { TrunkSettings } from './trunk.ts'

/** A setting that does not fit, and why. */
export interface TrunkMistake {
  /** JSON path in the API. */
  readonly field: string
  readonly detail: string
}

/** What a schema cannot say about a trunk's settings. The first thing that does not fit. */
export function findTrunkMistake(settings: TrunkSettings, hasSecret: boolean): TrunkMistake | undefined {
  const { registration, username, numberFormat, prefixes, inbound } = settings
  if (!isHost(settings.host)) return mistake('host', 'must be a host name or an address')
  if (settings.fromDomain !== null && !isHost(settings.fromDomain)) {
    return mistake('fromDomain', 'must be a host name or an address')
  }
  if (settings.outboundProxy !== null && !isHostAndPort(settings.outboundProxy)) {
    return mistake('outboundProxy', 'must be "host" or "host:port"')
  }
  if (registration === 'register' && username === null) {
    return mistake('username', 'is needed to register; a carrier that knows us by address is "static"')
  }
  if (registration === 'register' && !hasSecret) return mistake('secret', 'is needed to register')
  if (numberFormat.style === 'national' && numberFormat.countryCode === '') {
    return mistake('numberFormat.countryCode', 'is needed in the style "national"')
  }
  for (const side of ['include', 'exclude'] as const) {
    const at = prefixes[side].findIndex((prefix) => !/^\+[1-9]\d{0,14}$/.test(prefix))
    if (at >= 0)
      return mistake(`prefixes.${side}[${at}]`, 'must be the beginning of an E.164 number, such as +1')
  }
  const source = inbound.allowedSources.findIndex((each) => !isSource(each))
  if (source >= 0) return mistake(`inbound.allowedSources[${source}]`, 'must be an address or a CIDR block')
  const did = inbound.dids.findIndex((each) => each !== '*' && parseNumber(each) !== each)
  if (did >= 0) return mistake(`inbound.dids[${did}]`, 'must be an E.164 number or *')
  return undefined
}

function mistake(field: string, rule: string): TrunkMistake {
  return { field, detail: `"${field}" ${rule}.` }
}

const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?'
const HOST_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*\\.?$`)

/** A name (RFC 1123 §2.1, and `_` as some carriers have it) or an address. */
export function isHost(text: string): boolean {
  return isIP(text) !== 0 || (text.length <= 253 && HOST_NAME.test(text) && !/^[\d.]+$/.test(text))
}

export function isHostAndPort(text: string): boolean {
  if (isHost(text)) return true
  const parts = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  if (parts === null) return false
  const [, address, name, port] = parts
  const isPort = Number(port) >= 1 && Number(port) <= 65_535
  return isPort && (address === undefined ? isHost(name!) : isIP(address) === 6)
}

function isSource(text: string): boolean {
  try {
    blockList([text])
    return true
  } catch {
    return false
  }
}

/**
 * Whether a call may come from `address`. Without a list it must be the trunk's own host; where that is a name, the line has
 * resolved it to find the trunk.
 */
export function mayCallFrom(settings: Pick<TrunkSettings, 'host' | 'inbound'>, address: string): boolean {
  const { allowedSources } = settings.inbound
  const family = isIP(address)
  if (family === 0) return false
  if (allowedSources.length === 0) return isIP(settings.host) === 0 || isSame(settings.host, address)
  return blockList(allowedSources).check(address, family === 6 ? 'ipv6' : 'ipv4')
}

function isSame(host: string, address: string): boolean {
  return blockList([host]).check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** @throws Error for an entry that is neither an address nor a CIDR block */
function blockList(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', bits, ...rest] = entry.split('/')
    const family = isIP(address)
    if (family === 0 || rest.length > 0) throw new RangeError('not an address')
    const type = family === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, type)
    else if (/^\d{1,3}$/.test(bits)) list.addSubnet(address, Number(bits), type)
    else throw new RangeError('not a prefix length')
  }
  return list
}
