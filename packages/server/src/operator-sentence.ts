import { DatabaseError } from './adapters/database/errors.ts'
import { BackupError } from './backup/backup-error.ts'
import { ConfigError } from './config/misconfiguration.ts'
import { isEmailAddress } from './domain/email-address.ts'
import { fixOf, Problem } from './domain/problem/problem.ts'
import { KeyError } from './ports/keyring.ts'

const TOLD = [ConfigError, DatabaseError, KeyError, BackupError]

/** What the operator can mend is told as a sentence; anything else is a bug, and its stack says where. */
export function operatorSentence(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown fault.'
  if (error instanceof Problem) return `${error.detail ?? error.message} ${fixOf(error)}`
  return TOLD.some((kind) => error instanceof kind) ? error.message : `${error.stack}`
}

/**
 * Looked at before anything is made: an account whose owner cannot be invited has keys that nobody asked for.
 * @throws ConfigError
 */
export function assertSetUp({
  setup,
  owner,
}: {
  setup?: string | undefined
  owner?: string | undefined
}): void {
  const faults = []
  if (setup?.trim() === '')
    faults.push({ setting: '--name', sentence: 'The account has no name.', fix: 'Name it.' })
  if (owner !== undefined && !isEmailAddress(owner)) {
    const sentence = 'It is not one plain mail address.'
    faults.push({ setting: '--owner', sentence, fix: 'Give one such as owner@clinic.example.' })
  }
  if (faults.length > 0) throw new ConfigError(faults)
}
