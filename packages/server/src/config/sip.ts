import { isIP } from 'node:net'
import type { Misconfiguration, Profile } from './misconfiguration.ts'

/** Where the SIP line listens and sends from. */
export interface SipConfig {
  /** UDP and TCP. */
  readonly listen: { readonly host: string; readonly port: number }
  /** Local address that UDPTL and RTP are sent from. */
  readonly mediaAddress: string
  /** Both included; each call takes one. */
  readonly mediaPorts: { readonly from: number; readonly to: number }
  /** Listens on the port after `listen.port`. */
  readonly tls:
    | { readonly certificatePath: string; readonly keyPath: string; readonly port: number }
    | undefined
  /** What carriers are told in Via, Contact and SDP. */
  readonly publicAddress: string
}

/** The settings as `config.ts` read them: texts, or not there. */
export interface SipSettings {
  readonly sipListen: string | undefined
  readonly sipPublicAddress: string | undefined
  readonly mediaAddress: string | undefined
  readonly mediaPorts: string | undefined
  readonly sipTlsCertificate: string | undefined
  readonly sipTlsKey: string | undefined
}

const DEFAULT_PORTS = { from: 20_000, to: 20_999 }
const LOOPBACK = /^(?:127\.|::1$)/

/** `undefined` while the line is off. Every fault goes to `faults`, each with its fix. */
export function readSipConfig(
  settings: SipSettings,
  profile: Profile,
  faults: Misconfiguration[],
): SipConfig | undefined {
  const fault = (setting: keyof typeof VARIABLES, sentence: string, fix: string) => {
    faults.push({ setting: VARIABLES[setting], sentence, fix })
    return undefined
  }
  if (settings.sipListen === undefined) {
    const idle = Object.entries(settings).find(([, value]) => value !== undefined)?.[0]
    if (idle === undefined) return undefined
    const fix = 'Set ANSWERBACK_SIP_LISTEN, such as 192.0.2.5:5060, or remove it.'
    return fault(idle as keyof SipSettings, 'It does nothing while the SIP line is off.', fix)
  }
  const listen = parseAddress(settings.sipListen)
  if (!listen)
    return fault('sipListen', 'It is not an address and a port.', 'Give one such as 192.0.2.5:5060.')
  if (profile === 'development' && !LOOPBACK.test(listen.host)) {
    const fix = 'Give 127.0.0.1:5060, or run "npx answerback serve" with a production configuration.'
    return fault('sipListen', 'The development profile listens on this machine only.', fix)
  }
  const ports = settings.mediaPorts === undefined ? DEFAULT_PORTS : parsePorts(settings.mediaPorts)
  if (!ports) {
    return fault('mediaPorts', 'It is not a range of ports.', 'Give one such as 20000-20999, above 1023.')
  }
  for (const name of ['mediaAddress', 'sipPublicAddress'] as const) {
    if (settings[name] !== undefined && isIP(settings[name]) === 0) {
      return fault(name, 'It is not an IP address.', 'Give an address such as 192.0.2.5, not a name.')
    }
  }
  const { sipTlsCertificate: certificatePath, sipTlsKey: keyPath } = settings
  if ((certificatePath === undefined) !== (keyPath === undefined)) {
    const missing = certificatePath === undefined ? 'sipTlsCertificate' : 'sipTlsKey'
    return fault(missing, 'SIP over TLS needs a certificate and its key.', 'Name both files, or neither.')
  }
  const mediaAddress = settings.mediaAddress ?? listen.host
  const publicAddress = settings.sipPublicAddress ?? mediaAddress
  if (isWildcard(publicAddress)) {
    const fix = 'Set it to the address carriers reach this server at.'
    return fault('sipPublicAddress', 'Carriers cannot be told to send to every address.', fix)
  }
  const tls =
    certificatePath === undefined || keyPath === undefined
      ? undefined
      : { certificatePath, keyPath, port: listen.port + 1 }
  return { listen, mediaAddress, mediaPorts: ports, tls, publicAddress }
}

const VARIABLES = {
  sipListen: 'ANSWERBACK_SIP_LISTEN',
  sipPublicAddress: 'ANSWERBACK_SIP_PUBLIC_ADDRESS',
  mediaAddress: 'ANSWERBACK_MEDIA_ADDRESS',
  mediaPorts: 'ANSWERBACK_MEDIA_PORTS',
  sipTlsCertificate: 'ANSWERBACK_SIP_TLS_CERTIFICATE',
  sipTlsKey: 'ANSWERBACK_SIP_TLS_KEY',
} as const satisfies Record<keyof SipSettings, string>

function parseAddress(text: string): { host: string; port: number } | undefined {
  const parts = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)
  const host = parts?.[1] ?? parts?.[2] ?? ''
  const port = Number(parts?.[3])
  return isIP(host) !== 0 && port >= 1 && port <= 65_534 ? { host, port } : undefined
}

function parsePorts(text: string): { from: number; to: number } | undefined {
  const parts = /^(\d{4,5})-(\d{4,5})$/.exec(text)
  const [from, to] = [Number(parts?.[1]), Number(parts?.[2])]
  return from >= 1024 && to <= 65_535 && from <= to ? { from, to } : undefined
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}
