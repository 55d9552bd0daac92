import { FALLBACK_OWNER } from '../receiving/default-mailbox.ts'
import {
  type Check,
  DAY_MS,
  days,
  type Finding,
  fail,
  HOUR_MS,
  inProduction,
  MINUTE_MS,
  noneOf,
  notApplicable,
  pass,
} from './check.ts'

/** Checkpoints are signed every five minutes while the log grows. */
const CHECKPOINT_LATE_MS = 30 * MINUTE_MS
/** Proposed in 90 FR 898: copies no older than 48 hours. */
const BACKUP_HOURS = 48
/** Proposed in 90 FR 898: restoring is tested each month. */
const DRILL_DAYS = 31

/** 164.312(b)–(c), 164.308(a)(7), 164.316(b): what is kept, proved and can be had back. */
export const RECORD_CHECKS: readonly Check[] = [
  {
    id: 'audit.checkpoint',
    title: 'The audit log is sealed by a fresh checkpoint',
    citations: ['164.312(b)', '164.312(c)(1)'],
    judge: ({ audit: { size, checkpoint }, now }) => {
      if (checkpoint?.size === size) return pass('The last checkpoint covers the whole log.')
      const fix =
        'Read the log of the server for audit_log.fault, and verify an export: answerback audit verify.'
      if (checkpoint === null)
        return size === 0 ? pass('The log is empty.') : fail('No checkpoint was ever signed.', fix)
      const age = now.getTime() - checkpoint.madeAt.getTime()
      const behind = `${size - checkpoint.size} entries behind, ${Math.round(age / MINUTE_MS)} minutes old`
      return age > CHECKPOINT_LATE_MS ? fail(`The last one is ${behind}.`, fix) : pass(`It is ${behind}.`)
    },
  },
  {
    id: 'audit.elsewhere',
    title: 'Checkpoints are kept out of reach of whoever may change the database',
    citations: ['164.312(c)(1)'],
    judge: inProduction(({ installation }) =>
      installation.keepsCheckpointsElsewhere
        ? pass('They are appended to a file besides.')
        : fail(
            'They are in the database alone.',
            'Set ANSWERBACK_AUDIT_CHECKPOINT_FILE to a file on another machine.',
          ),
    ),
  },
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
    judge: inProduction(({ installation: { backups }, now }) =>
      recent(
        backups.lastDrillAt,
        now,
        DRILL_DAYS * DAY_MS,
        'restore',
        'Run "answerback drill FILE" every month (docs/compliance/templates/contingency-plan.md).',
      ),
    ),
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
    judge: ({ mailboxes }) =>
      mailboxes.length === 0
        ? notApplicable('No mailbox was needed yet.')
        : noneOf(
            mailboxes.filter(({ owner }) => owner === FALLBACK_OWNER).map(({ id }) => id),
            `All ${mailboxes.length} have an owner.`,
            'Nobody was named',
            'Name a person or a team: PATCH /v2/mailboxes/{id}.',
          ),
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
