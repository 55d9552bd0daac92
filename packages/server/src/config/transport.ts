import { resolve } from 'node:path'
import type { PemPaths } from '../adapters/web/tls-files.ts'
import { isAddressBlock, LOOPBACK_BLOCKS } from '../domain/access/address-list.ts'
import type { Misconfiguration } from './misconfiguration.ts'

type Settings = Readonly<Record<string, unknown>>

/** How requests reach us, and what we prove to webhook receivers. */
export interface TransportConfig {
  /** `undefined`: plain HTTP, on loopback or behind a proxy. */
  readonly tls: PemPaths | undefined
  /** A proxy in front of us terminates TLS; without it and without `tls` production listens on loopback only. */
  readonly tlsTerminatedByProxy: boolean
  /** Addresses and CIDR blocks whose `X-Forwarded-…` is believed. */
  readonly trustedProxies: readonly string[]
  /** Addresses and CIDR blocks that may read `/metrics`, which asks for no key. */
  readonly metricsReaders: readonly string[]
  /** Shown to webhook receivers that ask for a client certificate. */
  readonly webhookClient: PemPaths | undefined
}

/** Every fault goes to `faults`, each with its fix. */
export function readTransportConfig(
  values: Settings,
  isLoopback: boolean,
  faults: Misconfiguration[],
): TransportConfig {
  const tls = readPair(values, 'tlsCertificate', 'tlsKey', faults)
  const clientCa = values.tlsClientCa
  if (typeof clientCa === 'string' && tls === undefined) {
    const fix =
      'Set ANSWERBACK_TLS_CERTIFICATE and ANSWERBACK_TLS_KEY, or ask for client certificates at the proxy.'
    faults.push({
      setting: 'ANSWERBACK_TLS_CLIENT_CA',
      sentence: 'Without TLS nobody shows a certificate.',
      fix,
    })
  }
  const tlsTerminatedByProxy = values.tlsTerminatedByProxy === true
  const proxies = (values.trustedProxies as readonly string[] | undefined) ?? []
  for (const entry of proxies) {
    if (isNetwork(entry)) continue
    const fix = 'Give addresses or CIDR blocks such as 10.0.3.7 or 10.0.3.0/28, not names and not everybody.'
    const sentence = 'An entry is no network a proxy could be in.'
    faults.push({ setting: 'ANSWERBACK_TRUSTED_PROXIES', sentence, fix })
    break
  }
  if (tlsTerminatedByProxy && !isLoopback && tls === undefined && proxies.length === 0) {
    const sentence = 'Nothing says which proxy speaks for callers, so all of them would look like one.'
    const fix = 'Name the addresses of the proxy that terminates TLS, such as 10.0.3.7.'
    faults.push({ setting: 'ANSWERBACK_TRUSTED_PROXIES', sentence, fix })
  }
  return {
    tls: tls && typeof clientCa === 'string' ? { ...tls, clientCa: resolve(clientCa) } : tls,
    tlsTerminatedByProxy,
    trustedProxies: proxies.length === 0 && tlsTerminatedByProxy && isLoopback ? LOOPBACK_BLOCKS : proxies,
    metricsReaders: readMetricsReaders(values, faults),
    webhookClient: readPair(values, 'webhookClientCertificate', 'webhookClientKey', faults),
  }
}

function readMetricsReaders(values: Settings, faults: Misconfiguration[]): readonly string[] {
  const readers = values.metricsFrom as readonly string[] | undefined
  if (readers?.every(isAddressBlock) === false) {
    const fix = 'Give addresses or CIDR blocks such as 10.0.3.7 or 10.0.3.0/28, not names.'
    const sentence = 'An entry is neither an address nor a block of them.'
    faults.push({ setting: 'ANSWERBACK_METRICS_FROM', sentence, fix })
  }
  return readers ?? LOOPBACK_BLOCKS
}

const VARIABLES = {
  tlsCertificate: 'ANSWERBACK_TLS_CERTIFICATE',
  tlsKey: 'ANSWERBACK_TLS_KEY',
  webhookClientCertificate: 'ANSWERBACK_WEBHOOK_CLIENT_CERTIFICATE',
  webhookClientKey: 'ANSWERBACK_WEBHOOK_CLIENT_KEY',
} as const

function readPair(
  values: Settings,
  certificateName: keyof typeof VARIABLES,
  keyName: keyof typeof VARIABLES,
  faults: Misconfiguration[],
): PemPaths | undefined {
  const [certificate, key] = [values[certificateName], values[keyName]]
  if (typeof certificate === 'string' && typeof key === 'string') {
    return { certificate: resolve(certificate), key: resolve(key) }
  }
  if (certificate !== undefined || key !== undefined) {
    const setting = VARIABLES[certificate === undefined ? certificateName : keyName]
    faults.push({ setting, sentence: 'A certificate needs its key.', fix: 'Name both files, or neither.' })
  }
  return undefined
}

/** An address, or a block that is not the whole Internet. */
function isNetwork(entry: string): boolean {
  return isAddressBlock(entry) && !entry.endsWith('/0')
}
