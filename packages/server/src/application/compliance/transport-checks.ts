import { isSameMachine } from '../../domain/associates/party.ts'
import { type Check, fail, inProduction, notApplicable, pass } from './check.ts'

/** 164.312(e): PHI in transmission. */
export const TRANSPORT_CHECKS: readonly Check[] = [
  {
    id: 'transport.listener',
    title: 'The API leaves this machine only through TLS',
    citations: ['164.312(e)(1)', '164.312(e)(2)(ii)'],
    judge: ({ installation }) => {
      if (installation.listensOnLoopback) return pass('It listens on this machine only.')
      if (installation.tls === 'own') return pass('It speaks TLS itself.')
      if (installation.tls === 'proxy') return pass('A proxy in front is said to terminate TLS.')
      return fail(
        'It listens in the clear on an address that others reach.',
        'Name a certificate (ANSWERBACK_TLS_CERTIFICATE), listen on 127.0.0.1, or set ANSWERBACK_TLS_TERMINATED_BY_PROXY=true behind a proxy that speaks TLS.',
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
    id: 'transport.database',
    title: 'The connection to the database is local, or TLS that is verified',
    citations: ['164.312(e)(2)(ii)'],
    judge: ({ installation: { database } }) => {
      if (database.transport === 'local') return pass('It does not leave this machine.')
      if (database.transport === 'verified_tls') return pass('TLS, with the certificate verified.')
      return fail(
        database.transport === 'plain' ? 'It is in the clear.' : 'TLS, but not with sslmode=verify-full.',
        'Add sslmode=verify-full and sslrootcert to DATABASE_URL.',
      )
    },
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
