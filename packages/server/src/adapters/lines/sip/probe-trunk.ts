import { connect, isIP } from 'node:net'
import { connect as connectTls, rootCertificates } from 'node:tls'
import type { SipAddress } from '@answerback/protocol/sip/address'
import type { OpenTrunk } from '../../../ports/line.ts'
import type { TrunkCheck } from '../../../ports/trunk-probe.ts'
import { AddressRefused, Reach } from '../../addresses/reach.ts'
import type { EngineSettings, TrunkNews } from './engine/engine-messages.ts'
import { MediaPorts } from './engine/media-ports.ts'
import type { TrunkWatch } from './trunk-news.ts'
import { addressOf } from './trunk-profile.ts'

type Check = Omit<TrunkCheck, 'name' | 'durationMs'>

const CONNECT_LIMIT_MS = 5_000
/** OPTIONS and REGISTER are repeated for 32 s (RFC 3261 §17.1.2.2); a person waits for less. */
const NEWS_LIMIT_MS = 8_000

/** Looks at a trunk from the outside in. Calls nobody. */
export async function probeTrunk(
  trunk: OpenTrunk,
  settings: EngineSettings,
  watch: TrunkWatch,
  signal: AbortSignal,
): Promise<readonly TrunkCheck[]> {
  const checks: TrunkCheck[] = []
  const run = async (name: TrunkCheck['name'], check: () => Check | Promise<Check>): Promise<boolean> => {
    if (signal.aborted) return false
    const startMs = performance.now()
    const found = await check()
    checks.push({ name, ...found, durationMs: Math.round(performance.now() - startMs) })
    return found.outcome !== 'failed'
  }
  const address = addressOf(trunk)
  const reach = new Reach(settings.reach)
  await run('media', () => checkMedia(settings, reach))
  const isNamed = await run('dns', () => checkName(address.host, reach))
  if (!isNamed) return checks
  const isUp = await run(address.transport === 'tls' ? 'tls' : 'connect', () =>
    checkConnection(address, settings, reach),
  )
  if (!isUp) return checks
  await run('options', async () =>
    optionsCheck(trunk, await watch.first(['healthy', 'unhealthy'], NEWS_LIMIT_MS, signal)),
  )
  await run('register', async () => {
    if (trunk.settings.registration === 'static')
      return skipped('The carrier knows this server by its address.')
    return registerCheck(await watch.first(['registered', 'registration_failed'], NEWS_LIMIT_MS, signal))
  })
  return checks
}

async function checkMedia({ media }: EngineSettings, reach: Reach): Promise<Check> {
  const port = await new MediaPorts(media, reach).open(() => undefined)
  if (!port) {
    const range = `${media.firstPort}–${media.lastPort}`
    return failed(
      `No UDP port of ${range} could be opened on ${media.host}.`,
      'Widen or free ANSWERBACK_MEDIA_PORTS.',
    )
  }
  port.close()
  return ok(`Media ports open on ${media.host}; the far end is told ${media.publicHost}.`)
}

const REFUSED = failed(
  'The host stands for an address that is not public, so nothing is sent to it.',
  'If it is meant, the operator lists it in "allowedPrivateHosts" (ANSWERBACK_ALLOWED_PRIVATE_HOSTS).',
)

async function checkName(host: string, reach: Reach): Promise<Check> {
  if (isIP(host)) return reach.admits(host) ? skipped('The host is an address.') : REFUSED
  const found = await new Promise<number | Error>((resolve) => {
    reach.lookup(host, { all: true }, (error, addresses) => resolve(error ?? addresses.length))
  })
  if (found instanceof AddressRefused) return REFUSED
  return typeof found === 'number' && found > 0
    ? ok(`The name has ${found} address${found > 1 ? 'es' : ''}.`)
    : failed('The name of the host cannot be resolved.', 'Correct the host, or this machine’s name server.')
}

function checkConnection(
  { transport, host, port }: SipAddress,
  settings: EngineSettings,
  { lookup }: Reach,
): Promise<Check> | Check {
  if (transport === 'udp') return skipped('UDP has no connection; OPTIONS tells.')
  return new Promise((resolve) => {
    const { trustedCertificates } = settings.sip
    const ca = trustedCertificates === null ? {} : { ca: [...rootCertificates, trustedCertificates] }
    const socket =
      transport === 'tls'
        ? connectTls({ host, port, servername: isIP(host) ? '' : host, minVersion: 'TLSv1.2', lookup, ...ca })
        : connect({ host, port, lookup })
    const end = (check: Check) => {
      socket.destroy()
      resolve(check)
    }
    const fix = `Check that port ${port} of the carrier is open to this server.`
    socket.setTimeout(CONNECT_LIMIT_MS, () => end(failed('The connection was not answered.', fix)))
    socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () =>
      end(ok(transport === 'tls' ? 'TLS is up, and the certificate is valid.' : 'The connection is up.')),
    )
    socket.once('error', (error: NodeJS.ErrnoException) => end(connectionFault(error, fix)))
  })
}

function connectionFault(error: NodeJS.ErrnoException, fix: string): Check {
  const code = error.code ?? 'unknown'
  if (code === 'ECONNREFUSED') return failed('The connection was refused.', fix)
  if (/CERT|SELF_SIGNED|ALTNAME|ISSUER/.test(code)) {
    return failed(
      `The certificate is not trusted (${code}).`,
      'Start the server with NODE_EXTRA_CA_CERTS naming the issuer’s certificate (PEM).',
    )
  }
  return failed(`The connection failed (${code}).`, fix)
}

function optionsCheck({ settings }: OpenTrunk, news: TrunkNews | undefined): Check {
  if (news === undefined && settings.registration === 'register') {
    return skipped('OPTIONS was not answered, as with some carriers; the registration tells.')
  }
  if (news?.kind === 'healthy') return ok(`OPTIONS was answered after ${Math.round(news.roundTripMs)} ms.`)
  const told = news?.kind === 'unhealthy' ? `answered with ${news.status}` : 'not answered'
  return failed(
    `OPTIONS was ${told}.`,
    'Check host, port and transport, and that the carrier lets this server’s address in. Some carriers never answer OPTIONS.',
  )
}

function registerCheck(news: TrunkNews | undefined): Check {
  if (news?.kind === 'registered') return ok('The registrar took the registration.')
  if (news?.kind !== 'registration_failed') {
    return failed('REGISTER was not answered.', 'Check host, port and transport of the registrar.')
  }
  const isRefused = [401, 403, 407].includes(news.status)
  return failed(
    `REGISTER was answered with ${news.status}.`,
    isRefused
      ? 'Check username, secret and realm.'
      : 'Ask the carrier what this status means for the account.',
  )
}

function ok(sentence: string): Check {
  return { outcome: 'ok', sentence, fix: null }
}

function skipped(sentence: string): Check {
  return { outcome: 'skipped', sentence, fix: null }
}

function failed(sentence: string, fix: string): Check {
  return { outcome: 'failed', sentence, fix }
}
