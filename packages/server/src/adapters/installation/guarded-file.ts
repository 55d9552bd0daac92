import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { GuardedFile } from '../../ports/installation.ts'

/** A folder of keys has a handful of files; more than these are not keys. */
const FILES_MAX = 100
const ROOT = 0

/** Looks at a file or folder anew; one that cannot be looked at is as good as not there. */
export async function guarded(what: string, path: string): Promise<GuardedFile> {
  try {
    const { mode, uid } = await stat(path)
    return { what, mode: mode & 0o7777, isForeign: uid !== ROOT && uid !== process.getuid?.() }
  } catch (error) {
    if (isAbsent(error)) return { what, mode: null, isForeign: false }
    throw error
  }
}

/** A folder and what lies in it, by numbers that stay: a name may tell too much. */
export async function guardedFolder(folder: string, kind: string): Promise<GuardedFile[]> {
  const files = (await names(folder)).map((name, at) => guarded(`${kind} file ${at + 1}`, join(folder, name)))
  return Promise.all([guarded(`${kind} folder`, folder), ...files])
}

async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort().slice(0, FILES_MAX)
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

function isAbsent(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'ENOTDIR'
}
