import type { SchemaStanding } from '../../ports/installation.ts'
import { type Check, fail, inProduction, noneOf, notApplicable, pass } from './check.ts'

const GRANTS = 'docs/compliance/operator-security.md, "The database"'

/** What the database does for us, and how we speak to it. */
export const DATABASE_CHECKS: readonly Check[] = [
  {
    id: 'transport.database',
    title: 'The connection to the database is local, or TLS that is verified',
    citations: ['164.312(e)(2)(ii)'],
    judge: ({ installation: { database }, guards: { isEncrypted } }) => {
      if (database.transport === 'local') return pass('It does not leave this machine.')
      if (database.transport === 'verified_tls' && isEncrypted)
        return pass('TLS, with the certificate verified.')
      return fail(
        isEncrypted ? 'TLS, but not with sslmode=verify-full.' : 'It is in the clear.',
        'Add sslmode=verify-full and sslrootcert to DATABASE_URL.',
      )
    },
  },
  {
    id: 'database.fence',
    title: 'The database keeps accounts apart by itself',
    citations: ['164.312(a)(1)'],
    judge: ({ guards: { unfenced } }) =>
      noneOf(
        unfenced,
        'Every table’s policy was tried, and lets through our rows alone.',
        'Open to other accounts',
        `Find out who changed the policies of these tables, and put them back (${GRANTS}).`,
      ),
  },
  {
    id: 'database.role',
    title: 'The server is a user of the database that can change nothing but rows',
    citations: ['164.312(a)(1)', '164.308(a)(4)(ii)(B)'],
    judge: inProduction(({ guards: { bypassesFence, ownsTables, userIsSuperuser } }) => {
      const fix = `Take the right away (${GRANTS}).`
      if (bypassesFence) return fail('Its role sees past the policies of rows.', fix)
      if (ownsTables) return fail('Its role owns tables, or is a member of who does.', fix)
      return userIsSuperuser
        ? fail('The user of DATABASE_URL is a superuser.', `Make a user of its own (${GRANTS}).`)
        : pass('It owns nothing, and sees no more than its policies let it.')
    }),
  },
  {
    id: 'database.schema',
    title: 'The schema is the one this program knows',
    citations: ['164.312(c)(1)'],
    judge: ({ installation: { database } }) => {
      const [told, fix] = SCHEMA[database.schema]
      return fix === null ? pass(told) : fail(told, fix)
    },
  },
  {
    id: 'database.at_rest',
    title: 'The disks under the database are encrypted',
    citations: ['164.312(a)(2)(iv)'],
    judge: () =>
      notApplicable(
        'The operator’s duty, which this program cannot see: content, names and numbers are sealed by us, times and statuses are not. See docs/compliance/operator-security.md.',
      ),
  },
]

const SCHEMA: Readonly<Record<SchemaStanding, readonly [told: string, fix: string | null]>> = {
  same: ['Every change was made, in the form it has here.', null],
  newer: [
    'Another version of the program has changed it since.',
    'Stop the older program: run one version, the newer one.',
  ],
  older: [
    'The program on the disk is newer than the one that runs, and has changes to make.',
    'Make a backup, and start the server again.',
  ],
  edited: [
    'A change was made in another form than the program has.',
    'Put back the released files of the program, or restore the database from before.',
  ],
}
