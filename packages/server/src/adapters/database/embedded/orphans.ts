import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseError, errorCode } from '../errors.ts'

const FAST_SHUTDOWN_MS = 15_000
const IMMEDIATE_SHUTDOWN_MS = 10_000
const POLL_MS = 25

/**
 * Stops PostgreSQL processes that a killed Answerback left on this data directory. Call it only while holding
 * the folder's lock: that is what proves their owner is gone.
 *
 * PostgreSQL's processes work inside their data directory, so their working directory names them without
 * doubt; a pid file alone may name an unrelated process after a reboot. A pid file is removed only when no
 * process works in the directory, because PostgreSQL itself refuses to start while any process has that id.
 * @throws DatabaseError `in_use` when they outlive an immediate shutdown.
 */
export async function stopOrphans(dataDirectory: string): Promise<void> {
  if (processesIn(dataDirectory).length > 0) {
    signalPostmaster(dataDirectory, 'SIGINT')
    if (!(await emptied(dataDirectory, FAST_SHUTDOWN_MS))) {
      signalPostmaster(dataDirectory, 'SIGQUIT')
      if (!(await emptied(dataDirectory, IMMEDIATE_SHUTDOWN_MS))) {
        const pids = processesIn(dataDirectory).join(', ')
        throw new DatabaseError(
          'in_use',
          `PostgreSQL processes left from an earlier run will not stop (process ${pids}): stop them by hand.`,
        )
      }
    }
  }
  rmSync(join(dataDirectory, 'postmaster.pid'), { force: true })
}

/** Ids of the processes whose working directory is `folder` (a real path). */
export function processesIn(folder: string): number[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return ids.filter((id) => workingDirectory(id) === folder).map(Number)
}

function workingDirectory(id: string): string | undefined {
  try {
    return readlinkSync(`/proc/${id}/cwd`)
  } catch {
    return undefined
  }
}

/** SIGINT asks a postmaster for a fast shutdown, SIGQUIT for an immediate one (recovery at next start). */
function signalPostmaster(dataDirectory: string, signal: 'SIGINT' | 'SIGQUIT'): void {
  const pid = readPidFile(dataDirectory)
  // Without a postmaster its children notice and leave by themselves.
  if (pid === undefined || !processesIn(dataDirectory).includes(pid)) return
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error
  }
}

function readPidFile(dataDirectory: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8'), 10)
    return Number.isSafeInteger(pid) ? pid : undefined
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function emptied(folder: string, limitMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += POLL_MS) {
    if (processesIn(folder).length === 0) return true
    await sleep(POLL_MS)
  }
  return false
}
