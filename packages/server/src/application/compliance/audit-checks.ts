import {
  type Check,
  DAY_MS,
  fail,
  HOUR_MS,
  inProduction,
  MINUTE_MS,
  noneOf,
  notApplicable,
  pass,
} from './check.ts'

/** An entry is logged within seconds, and checkpoints are signed every five minutes while the log grows. */
const LATE_MINUTES = 30
/** And are in the file seconds later. */
const COPY_LATE_MS = 10 * MINUTE_MS
/** The whole is read every hour, or as often as a tenth of a processor gets through it. */
const READ_LATE_MS = DAY_MS

const TAMPERED =
  'Treat it as an incident: keep the database as it is, export the audit, and compare it with checkpoints kept elsewhere (docs/guides/verify-the-audit.md).'

/** 164.312(b)–(c): what was written down stays as it was written. */
export const AUDIT_CHECKS: readonly Check[] = [
  {
    id: 'audit.intact',
    title: 'The audit is what was logged',
    citations: ['164.312(b)', '164.312(c)(1)'],
    judge: ({ audit: { proof, isStillRead }, now }) => {
      if (proof.altered.length > 0)
        return fail(`Changed or gone: entries at ${proof.altered.join(', ')}.`, TAMPERED)
      if (!proof.rootHolds) return fail('The log does not make the root that was signed.', TAMPERED)
      if (proof.keptHolds === false)
        return fail('The log is another than the one the kept checkpoint speaks of.', TAMPERED)
      const { looked, entries, before, whole, unread } = proof
      if (whole?.holds === false)
        return fail('The log is another than the one this server has read before.', TAMPERED)
      const newest = `${entries} entries among the last ${looked} leaves were hashed again, and the log begins as it was signed`
      if (before === 0) return pass(`${newest}.`)
      if (isStillRead) return notApplicable(`${newest}; the ${before} before are being read: ask again.`)
      const readAgo = whole && Math.max(0, now.getTime() - whole.beganAt.getTime())
      if (readAgo !== null && readAgo > READ_LATE_MS)
        return fail(
          `The whole log was last read ${Math.floor(readAgo / HOUR_MS)} hours ago.`,
          'Read the log of the server for audit_log.not_read, and have it read now: answerback doctor.',
        )
      if (readAgo === null || unread > 0)
        return notApplicable(
          `${newest}; of the ${before} before, ${unread} were not read since the server began. Ask again in a while.`,
        )
      return pass(
        `${newest}; the ${before} before were last hashed up to ${Math.ceil(readAgo / MINUTE_MS)} minutes ago.`,
      )
    },
  },
  {
    id: 'audit.append_only',
    title: 'The database lets nobody change the audit',
    citations: ['164.312(b)', '164.312(c)(1)'],
    judge: ({ guards: { changeable } }) =>
      noneOf(
        changeable,
        'Neither our role’s rights nor the tables’ triggers do.',
        'Could be changed',
        'Enable the triggers again (alter table … enable trigger all), and take update, delete and truncate from answerback_app.',
      ),
  },
  {
    id: 'audit.checkpoint',
    title: 'The audit log is sealed by a fresh checkpoint',
    citations: ['164.312(b)', '164.312(c)(1)'],
    judge: ({ audit: { size, checkpoint, waitingSince, proof }, now }) => {
      const age = (since: Date) => Math.round((now.getTime() - since.getTime()) / MINUTE_MS)
      const fix =
        'Read the log of the server for audit_log.fault, end transactions that stay open, and verify an export: answerback audit verify.'
      if (waitingSince && age(waitingSince) > LATE_MINUTES)
        return fail(`An entry has waited for ${age(waitingSince)} minutes to be logged.`, fix)
      if (checkpoint?.size === size) return pass('The last checkpoint covers the whole log.')
      if (!proof.rootHolds)
        return notApplicable('None is signed while the log does not hold: see audit.intact.')
      if (checkpoint === null)
        return size === 0 ? pass('The log is empty.') : fail('No checkpoint was ever signed.', fix)
      const behind = `${size - checkpoint.size} entries behind, ${age(checkpoint.madeAt)} minutes old`
      return age(checkpoint.madeAt) > LATE_MINUTES
        ? fail(`The last one is ${behind}.`, fix)
        : pass(`It is ${behind}.`)
    },
  },
  {
    id: 'audit.elsewhere',
    title: 'Checkpoints are kept out of reach of whoever may change the database',
    citations: ['164.312(c)(1)'],
    judge: inProduction(({ installation: { keptCheckpoints }, audit: { checkpoint }, now }) => {
      const fix = 'Set ANSWERBACK_AUDIT_CHECKPOINT_FILE to a file on another machine.'
      if (keptCheckpoints === null) return fail('They are in the database alone.', fix)
      if (keptCheckpoints.isInsideData) return fail('Their file is inside the data folder.', fix)
      const size = keptCheckpoints.last?.size ?? 0
      const isLate = checkpoint !== null && now.getTime() - checkpoint.madeAt.getTime() > COPY_LATE_MS
      if (checkpoint === null || size >= checkpoint.size || (size > 0 && !isLate))
        return pass(`The file holds the checkpoint of ${size} entries.`)
      return fail(
        size === 0
          ? 'There is none in their file.'
          : `Their file ends at ${size} entries, of ${checkpoint.size}.`,
        'Let the server write its file (audit_log.checkpoints_not_exported in its log says why it does not), and find out who took it away.',
      )
    }),
  },
]
