import { spawnSync } from 'node:child_process'
import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { DatabaseError } from '../errors.ts'

/** A held lock on a data folder. */
export interface FolderLock {
  release(): void
}

/**
 * Takes the folder's lock, or refuses. The lock is the kernel's (`flock`): it ends with this process however
 * it ends, so a SIGKILL leaves nothing stale and a reused process id cannot confuse it. Node has no call for
 * it, so `flock(1)` locks the descriptor it inherits; the lock belongs to the open file, which we keep.
 * @throws DatabaseError `in_use` when another process holds it.
 */
export function lockFolder(file: string, folder: string): FolderLock {
  const descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600)
  const { status, error } = spawnSync('flock', ['--nonblock', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
  })
  if (status !== 0) {
    closeSync(descriptor)
    if (error !== undefined) {
      throw new DatabaseError(
        'cannot_run',
        'The program flock (package util-linux) is needed and was not found.',
      )
    }
    throw new DatabaseError('in_use', inUseSentence(file, folder))
  }
  ftruncateSync(descriptor)
  writeSync(descriptor, `${process.pid}\n`, 0)
  return { release: () => closeSync(descriptor) }
}

function inUseSentence(file: string, folder: string): string {
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  const who = Number.isSafeInteger(pid) ? `Process ${pid}` : 'Another process'
  return `${who} already runs Answerback on ${folder}: stop it, or set ANSWERBACK_DATA to another folder.`
}
