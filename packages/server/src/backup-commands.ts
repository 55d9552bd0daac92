import { writeFile } from 'node:fs/promises'
import { backUp } from './back-up.ts'
import { BackupError } from './backup/backup-error.ts'
import { newRecoveryKey } from './backup/recovery-key.ts'
import type { BackupOptions, Print } from './backup-work.ts'
import type { Config } from './config/config.ts'
import { drill } from './drill.ts'
import { restore } from './restore.ts'

/**
 * Does what the options ask for, if they ask for anything of the kind.
 * @returns the exit code; `undefined` when nothing was asked for
 * @throws BackupError, DatabaseError, KeyError with a sentence for the operator
 */
export async function runBackupCommand(
  config: Config,
  options: BackupOptions,
  print: Print,
): Promise<number | undefined> {
  const { 'recovery-key': keyFile, backup, recipient = [], restore: restored, drill: drilled } = options
  if (keyFile !== undefined) return makeRecoveryKey(keyFile, print)
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  // What was begun is undone before the process ends.
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  const work = { config, print, signal: stopping.signal }
  try {
    if (backup !== undefined) return await backUp(work, backup, recipient)
    if (restored !== undefined) return await restore(work, restored, options)
    if (drilled !== undefined) return await drill(work, drilled, options)
    return undefined
  } catch (error) {
    if (!stopping.signal.aborted) throw error
    print('Stopped: nothing was made, and nothing is left behind.')
    return 1
  } finally {
    process.off('SIGTERM', stop)
    process.off('SIGINT', stop)
  }
}

async function makeRecoveryKey(path: string, print: Print): Promise<number> {
  const { publicKey, privatePem } = newRecoveryKey()
  try {
    await writeFile(path, privatePem, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    throw new BackupError('exists', `No key can be written to ${path}: name a file that is not there yet.`, {
      cause,
    })
  }
  print(`recipient ${publicKey}`, `The private half lies in ${path}: keep it away from the backups.`)
  return 0
}
