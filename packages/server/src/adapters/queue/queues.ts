import type { JobName } from '../../ports/queue.ts'

/** Schema of pg-boss's tables, beside ours in the same database so that one transaction spans both. */
export const QUEUE_SCHEMA = 'job_queue'

/** Our own channel: pg-boss's names a hash, and its workers would all fetch on every notification. */
export const JOB_CHANNEL = 'answerback_jobs'

export const JOB_NAMES: readonly JobName[] = [
  'advance-fax',
  'deliver-webhook',
  'fetch-upstream',
  'examine-received',
  'read-text',
  'send-notice',
]

/** A worker touches its jobs three times within the time after which they count as abandoned. */
export const HEARTBEAT_MS = 4_000

/**
 * pg-boss notices a silent worker after `heartbeatSeconds` plus one supervision (5 s) and offers the job again at
 * once: well under the 30 s within which a dead worker is replaced. A job may run as long as a call, hence the day.
 * Retries are few because a job is only a hint: the sweep makes new ones from the rows.
 */
export const QUEUE_OPTIONS = {
  heartbeatSeconds: 12,
  expireInSeconds: 86_000,
  retryLimit: 3,
  retryDelay: 2,
  retentionSeconds: 14 * 86_400,
  deleteAfterSeconds: 86_400,
} as const

export const SUPERVISE_SECONDS = 5
