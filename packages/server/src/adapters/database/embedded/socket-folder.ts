import { lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A private folder for PostgreSQL's socket. */
export interface SocketFolder {
  readonly path: string
  /** The folder lies outside the data folder and goes away with the server. */
  readonly temporary: boolean
  remove(): void
}

/** `sun_path` holds 108 bytes with the closing zero (`man 7 unix`). */
const SOCKET_PATH_MAX_BYTES = 107
const SOCKET_FILE = '.s.PGSQL.5432.lock'

/** The folder inside the data folder, or a short private one where its name would be too long for a socket. */
export function makeSocketFolder(preferred: string): SocketFolder {
  if (Buffer.byteLength(join(preferred, SOCKET_FILE)) <= SOCKET_PATH_MAX_BYTES) {
    mkdirSync(preferred, { recursive: true, mode: 0o700 })
    return { path: preferred, temporary: false, remove: () => undefined }
  }
  const path = mkdtempSync(join(shortParent(), 'answerback-'))
  return { path, temporary: true, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** `TMPDIR` itself may be long, or closed to the user PostgreSQL runs as. */
function shortParent(): string {
  const parent = tmpdir()
  return parent.length <= 64 && (lstatSync(parent).mode & 0o001) !== 0 ? parent : '/tmp'
}
