import { blockSize, isWithin, PRIVATE_BLOCKS } from '../../domain/access/address-list.ts'
import { isSameMachine } from '../../domain/associates/party.ts'
import type { CertificateFacts } from '../../ports/installation.ts'
import { type Check, DAY_MS, days, fail, inProduction, noneOf, notApplicable, pass } from './check.ts'

/** A certificate is renewed long before: a quarter of its life is left then at least, or two weeks of a long one. */
const ENDING_MS = 14 * DAY_MS
/** A proxy has an address, or a few; in a larger network somebody else has one too. */
const PROXIES_MAX = 65_536n
/** Whoever reads metrics from outside private networks is named nearly one by one. */
const READERS_MAX = 256n

/** 164.312(e): PHI in transmission. */
export const TRANSPORT_CHECKS: readonly Check[] = [
  {
    id: 'transport.listener',
    title: 'The API leaves this machine only through TLS',
    citations: ['164.312(e)(1)', '164.312(e)(2)(ii)'],
    judge: ({ installation }) => {
      if (installation.tls === 'own') return pass('It speaks TLS itself.')
      if (installation.listensOnLoopback) return pass('It listens on this machine only.')
      if (installation.tls === 'proxy')
        return pass('A proxy in front is said to terminate TLS; let nothing but the proxy reach this port.')
      return fail(
        'It listens in the clear on an address that others reach.',
        'Name a certificate (ANSWERBACK_TLS_CERTIFICATE), listen on 127.0.0.1, or set ANSWERBACK_TLS_TERMINATED_BY_PROXY=true behind a proxy that speaks TLS.',
      )
    },
  },
  {
    id: 'transport.certificate',
    title: 'The certificates that others are shown hold, and for a while yet',
    citations: ['164.312(e)(1)', '164.312(d)'],
    judge: ({ installation: { certificates, tls }, now }) => {
      if (certificates.length === 0) return notApplicable('Nothing here speaks TLS to callers.')
      // A proxy may well be out of sight from behind; our own listener is not.
      const unseen = (each: CertificateFacts) => each.seen === null && tls !== 'own' && each.what === 'proxy'
      if (certificates.every(unseen))
        return notApplicable('The proxy’s cannot be seen from this machine: look at it from outside.')
      const told = certificates.filter((each) => !unseen(each))
      return noneOf(
        told.flatMap((certificate) => faultsOf(certificate, now)),
        `All ${told.length} do; the first ends in ${firstEnd(told, now)} days.`,
        'Wrong',
        'Renew it, for the host of ANSWERBACK_PUBLIC_URL. The API reads its files again by itself, the SIP line when it starts.',
      )
    },
  },
  {
    id: 'transport.public_url',
    title: 'The public address is https',
    citations: ['164.312(e)(1)'],
    judge: ({ installation: { publicUrl } }) => {
      if (publicUrl === null) return notApplicable('No public address is set.')
      const url = URL.parse(publicUrl)
      if (url?.protocol === 'https:') return pass('It is an https address.')
      if (url && isSameMachine(url.hostname)) return pass('It is on this machine.')
      return fail(
        'It is not an https address.',
        'Set ANSWERBACK_PUBLIC_URL to the https address callers use.',
      )
    },
  },
  {
    id: 'transport.proxies',
    title: 'Only proxies are believed about who calls',
    citations: ['164.312(a)(1)', '164.312(b)'],
    judge: ({ installation: { trustedProxies } }) =>
      trustedProxies.length === 0
        ? notApplicable('No proxy is trusted.')
        : noneOf(
            // This machine is one caller, however many addresses it has.
            trustedProxies.filter(
              (block) => blockSize(block) > PROXIES_MAX && !isWithin(block, LOOPBACK_BLOCKS),
            ),
            'Their addresses are named.',
            'Too many could pass for one',
            'Name the proxies’ own addresses in ANSWERBACK_TRUSTED_PROXIES: whoever is in the block tells us any address, for the audit and for limits.',
          ),
  },
  {
    id: 'transport.metrics',
    title: 'Metrics are read from inside only',
    citations: ['164.312(a)(1)'],
    judge: ({ installation: { metricsReaders } }) =>
      noneOf(
        metricsReaders.filter((block) => blockSize(block) > READERS_MAX && !isWithin(block, PRIVATE_BLOCKS)),
        metricsReaders.length === 0
          ? 'Nobody may read them.'
          : 'From private networks, or from a few addresses.',
        'Open to',
        'Name who collects them in ANSWERBACK_METRICS_FROM, or leave it out: then it is this machine.',
      ),
  },
  {
    id: 'system.profile',
    title: 'The production profile runs',
    citations: ['164.308(a)(1)(ii)(B)'],
    judge: inProduction(({ installation: { profile } }) =>
      profile === 'production'
        ? pass('It runs.')
        : fail('The development profile runs.', 'Start it with "npx answerback serve --config FILE".'),
    ),
  },
]

const LOOPBACK_BLOCKS = ['127.0.0.0/8', '::1/128']

function faultsOf({ what, seen }: CertificateFacts, now: Date): string[] {
  if (seen === null) return [`${what} (none is shown)`]
  const { from, until, fitsAddress } = seen
  const left = until.getTime() - now.getTime()
  const life = until.getTime() - from.getTime()
  if (left <= 0) return [`${what} (ended ${days(-left)} days ago)`]
  if (from > now) return [`${what} (does not hold yet)`]
  if (fitsAddress === false) return [`${what} (is for another host than the public address)`]
  return left < Math.min(ENDING_MS, life / 4) ? [`${what} (ends in ${days(left)} days)`] : []
}

function firstEnd(certificates: readonly CertificateFacts[], now: Date): number {
  const ends = certificates.flatMap(({ seen }) => (seen ? [seen.until.getTime() - now.getTime()] : []))
  return days(Math.min(...ends))
}
