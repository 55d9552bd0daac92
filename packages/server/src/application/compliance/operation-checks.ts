import { type Check, fail, inProduction, noneOf, notApplicable, pass } from './check.ts'

/** Certificates, one-time codes and signatures of webhooks bear less than this. */
const SKEW_MAX_MS = 5_000
const GIB = 2 ** 30
/** A hundred long faxes, their pages twice, and what the database writes meanwhile. */
const ROOM_MIN = GIB
const PERCENT_MIN = 5
const ROOM_ENOUGH = 20 * GIB

/** 164.308(a)(1)(ii)(D): what waits for a person, and whether the machine is in order. */
export const OPERATION_CHECKS: readonly Check[] = [
  {
    id: 'faxes.held',
    title: 'No fax waits for a person longer than a day',
    citations: ['164.308(a)(1)(ii)(D)'],
    judge: ({ overdue: { held } }) =>
      held === 0
        ? pass('None does.')
        : fail(`${held} do.`, 'Release or cancel them: GET /v2/faxes?held=true.'),
  },
  {
    id: 'inbox.taken_up',
    title: 'Every received fax is taken up within a day of when it was due',
    citations: ['164.308(a)(1)(ii)(D)'],
    judge: ({ overdue: { neglected } }) =>
      neglected === 0
        ? pass('None waits longer.')
        : fail(
            `${neglected} wait for somebody, though whom the mailbox names was told.`,
            'Have them read and marked: GET /v2/inbound?mark=new; see who answers for the mailbox.',
          ),
  },
  {
    id: 'faxes.outcome_unknown',
    title: 'Somebody has looked into every fax that may or may not have arrived',
    citations: ['164.308(a)(1)(ii)(D)', '164.308(a)(6)(ii)'],
    judge: ({ overdue: { unknownOutcome } }) =>
      unknownOutcome === 0
        ? pass('None of the last month is left.')
        : fail(
            `${unknownOutcome} are older than a day, and nobody sent them again or asked.`,
            'Call the recipient of each of GET /v2/faxes?status=outcome_unknown, and say what you heard: POST /v2/faxes/{id}/outcome. Send again with "allowDuplicate" what did not arrive.',
          ),
  },
  {
    id: 'reconciliation.contradictions',
    title: 'No contradiction between our records and a provider’s is open',
    citations: ['164.308(a)(1)(ii)(D)', '164.312(c)(1)'],
    judge: ({ overdue: { openContradictions } }) =>
      openContradictions === 0
        ? pass('None is.')
        : fail(`${openContradictions} are.`, 'Look into them: GET /v2/contradictions.'),
  },
  {
    id: 'faxes.moving',
    title: 'What is due is taken up',
    citations: ['164.308(a)(1)(ii)(D)'],
    judge: ({ stuck: { faxes, posts } }) =>
      faxes + posts === 0
        ? pass('Nothing has waited for a worker for a quarter of an hour.')
        : fail(
            `${faxes} faxes, and ${posts} posts or mails have.`,
            'Read the log of the server for queue.fault and sweep.fault, and start it again.',
          ),
  },
  {
    id: 'notices.delivered',
    title: 'Notices by mail are sent',
    citations: ['164.308(a)(1)(ii)(D)'],
    judge: ({ mailboxes, installation: { systems }, overdue: { failedNotices } }) => {
      const wanting = mailboxes.filter(({ wantsMail }) => wantsMail).map(({ id }) => id)
      const hasServer = systems.some(({ kind }) => kind === 'smtp')
      if (!hasServer)
        return wanting.length === 0
          ? notApplicable('No mailbox is to tell anybody.')
          : noneOf(
              wanting,
              '',
              'No mail server is set, and these are to tell somebody',
              'Set ANSWERBACK_SMTP_URL.',
            )
      return failedNotices === 0
        ? pass('None of the last week was given up.')
        : fail(
            `${failedNotices} of the last week were given up.`,
            'See why: GET /v2/mailboxes/{id}/notices for faxes, notice.failed in the audit for all; tell those people, and mend the address or the mail server.',
          )
    },
  },
  {
    id: 'system.clock',
    title: 'The clocks of this machine and of the database agree, and were not set back',
    citations: ['164.312(b)'],
    judge: ({ now, databaseTime, audit: { checkpoint } }) => {
      if (checkpoint && checkpoint.madeAt.getTime() - now.getTime() > SKEW_MAX_MS)
        return fail(
          'The last checkpoint of the audit is of the future.',
          'Set the clock right, and run an NTP client: it is ahead of nothing any more once that time has come.',
        )
      const skew = Math.abs(now.getTime() - databaseTime.getTime())
      const told = `They are ${(skew / 1000).toFixed(1)} s apart.`
      return skew <= SKEW_MAX_MS ? pass(told) : fail(told, 'Run an NTP client on both machines.')
    },
  },
  {
    id: 'system.disk',
    title: 'There is room for pages',
    citations: ['164.308(a)(7)(ii)(A)'],
    judge: inProduction(({ installation: { disk } }) => {
      const percent = Math.floor((disk.freeBytes / disk.bytes) * 100)
      const told = `${(disk.freeBytes / GIB).toFixed(1)} GiB are free, ${percent} %.`
      return disk.freeBytes < ROOM_MIN || (percent < PERCENT_MIN && disk.freeBytes < ROOM_ENOUGH)
        ? fail(told, 'Make room, or shorten retention: a fax whose pages cannot be stored is refused.')
        : pass(told)
    }),
  },
]
