import { FALLBACK_OWNER } from '../receiving/default-mailbox.ts'
import {
  type Check,
  DAY_MS,
  days,
  type Finding,
  fail,
  HOUR_MS,
  inProduction,
  noneOf,
  notApplicable,
  pass,
} from './check.ts'

/** Proposed in 90 FR 898: copies no older than 48 hours. */
const BACKUP_HOURS = 48
/** Proposed in 90 FR 898: restoring is tested each month. */
const DRILL_DAYS = 31

/** 164.308(a)(7), 164.316(b), 164.310(d): what is kept, and can be had back. */
export const RECORD_CHECKS: readonly Check[] = [
  {
    id: 'backups.fresh',
    title: `The last backup is at most ${BACKUP_HOURS} hours old`,
    citations: ['164.308(a)(7)(ii)(A)', '90 FR 898 (proposed)'],
    judge: inProduction(({ installation: { backups }, now }) =>
      recent(
        backups.lastBackupAt,
        now,
        BACKUP_HOURS * HOUR_MS,
        'backup',
        'Run "answerback backup FILE" every day, and keep the keys elsewhere (docs/compliance/operator-security.md).',
      ),
    ),
  },
  {
    id: 'backups.drill',
    title: `Restoring was tried within ${DRILL_DAYS} days`,
    citations: ['164.308(a)(7)(ii)(D)', '90 FR 898 (proposed)'],
    judge: inProduction(({ installation: { backups }, now }) => {
      const fix = 'Run "answerback drill FILE" every month (docs/compliance/templates/contingency-plan.md).'
      const { lastDrillAt, lastTry } = backups
      const failedSince = lastTry?.passed === false && (lastDrillAt === null || lastTry.at > lastDrillAt)
      if (failedSince)
        return fail('The last one failed.', 'Read what it said, make a backup and try that one.')
      const tried = lastTry?.passed === true ? lastTry.backupMadeAt : null
      if (tried !== null && now.getTime() - tried.getTime() > 2 * DRILL_DAYS * DAY_MS)
        return fail(`The backup that was tried is ${days(now.getTime() - tried.getTime())} days old.`, fix)
      return recent(lastDrillAt, now, DRILL_DAYS * DAY_MS, 'restore', fix)
    }),
  },
  {
    id: 'backups.destructions',
    title: 'What was destroyed is listed beside the backups',
    citations: ['164.310(d)(2)(i)'],
    judge: inProduction(({ destructions: { list, looked, unlisted } }) => {
      const fix =
        'Let the server write to the folder of the last backup, or make one with "answerback backup": a restore destroys again what the list names.'
      if (list === 'unknown')
        return looked === 0
          ? notApplicable('Nothing was destroyed yet.')
          : fail('It is listed nowhere outside the database, so a restored backup would bring it back.', fix)
      if (list === 'gone') return fail('The list beside the last backup cannot be read.', fix)
      return unlisted > 0
        ? fail(`Of the ${looked} newest certificates ${unlisted} are not on it.`, fix)
        : pass(
            looked === 0
              ? 'The list is there, and nothing was destroyed.'
              : `The ${looked} newest certificates are.`,
          )
    }),
  },
  {
    id: 'documents.there',
    title: 'The files of documents are there',
    citations: ['164.312(c)(1)', '164.308(a)(7)(ii)(A)'],
    judge: ({ documents: { looked, missing }, installation: { backups } }) => {
      const fix =
        'Find out what deletes files in the data folder, bring them back from a backup (docs/guides/backup-and-restore.md), and make a backup.'
      if (missing > 0) return fail(`Of the ${looked} newest and oldest ${missing} are not.`, fix)
      if (backups.lostDocuments > 0)
        return fail(`The last backup missed ${backups.lostDocuments} that nobody destroyed.`, fix)
      return looked === 0
        ? notApplicable('There are no documents yet.')
        : pass(`The ${looked} newest and oldest are, and the last backup missed none.`)
    },
  },
  {
    id: 'retention.policy',
    title: 'Somebody has decided how long faxes are kept',
    citations: ['164.316(b)(2)(i)', '164.310(d)(2)(i)'],
    judge: inProduction(({ retention }) =>
      retention.hasRules
        ? pass('There are rules.')
        : fail('There is no rule, so everything is kept for ever.', 'Set them: PUT /v2/retention.'),
    ),
  },
  {
    id: 'mailboxes.owned',
    title: 'Somebody answers for every mailbox',
    citations: ['164.308(a)(2)'],
    judge: ({ mailboxes, numbers }) => {
      const fix = 'Name a person or a team: GET /v2/mailboxes, then PATCH /v2/mailboxes/{id} with "owner".'
      if (mailboxes.length === 0)
        return numbers === 0
          ? notApplicable('No fax can come in yet.')
          : fail('Faxes may come in, and there is no mailbox that anybody owns.', fix)
      return noneOf(
        mailboxes.filter(({ owner }) => owner === FALLBACK_OWNER).map(({ id }) => id),
        `All ${mailboxes.length} have an owner.`,
        'Nobody was named',
        fix,
      )
    },
  },
]

function recent(last: Date | null, now: Date, limitMs: number, what: string, fix: string): Finding {
  if (last === null) return fail(`No ${what} is on record.`, fix)
  const age = now.getTime() - last.getTime()
  // One of the future is no proof of anything.
  if (age < -HOUR_MS) return fail(`The last ${what} is said to be of the future.`, fix)
  const told = age < DAY_MS ? `${Math.max(0, Math.floor(age / HOUR_MS))} hours` : `${days(age)} days`
  return age > limitMs
    ? fail(`The last ${what} is ${told} old.`, fix)
    : pass(`The last ${what} is ${told} old.`)
}
