import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openKeyring } from './adapters/keyring/open-keyring.ts'
import { BackupError } from './backup/backup-error.ts'
import { type OpenBackup, openOutside } from './backup/envelope.ts'
import type { Config } from './config/config.ts'
import type { Keyring } from './ports/keyring.ts'

/** What a one-off command for backups was told on the command line. */
export interface BackupOptions {
  readonly backup?: string | undefined
  readonly restore?: string | undefined
  readonly drill?: string | undefined
  readonly 'recovery-key'?: string | undefined
  readonly recipient?: readonly string[] | undefined
  readonly identity?: string | undefined
  /** List of certificates of destruction, or `none`; absent: the one beside the backup. */
  readonly destroyed?: string | undefined
  readonly scratch?: string | undefined
}

export type Print = (...lines: string[]) => void

/** What every command for backups works with. */
export interface Work {
  readonly config: Config
  readonly print: Print
  readonly signal: AbortSignal
}

export const MIGRATIONS = join(import.meta.dirname, 'adapters/postgres/migrations')

export async function openBackup(
  path: string,
  keyring: Keyring,
  identity: string | undefined,
  signal: AbortSignal,
): Promise<OpenBackup> {
  if (identity === undefined) return openOutside(path, { keyring }, signal)
  const identityPem = await readFile(identity, 'utf8').catch((cause: unknown) => {
    throw new BackupError('unreadable', 'The file of --identity cannot be read.', { cause })
  })
  return openOutside(path, { identityPem }, signal)
}

/** Only wraps and unwraps, which needs no hash key of the installation: a restore has no database to read one from. */
export function keyringOf(config: Config): Promise<Keyring> {
  const none = { read: async () => undefined, keep: async (wrapped: Buffer) => wrapped }
  return openKeyring(config.keyProvider, config.keyFolder, { create: false }, none)
}
