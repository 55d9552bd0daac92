import type pg from 'pg'
import type { OpenDatabase } from '../adapters/database/open.ts'
import { withClient } from '../adapters/database/server.ts'
import { KeyError, type Keyring } from '../ports/keyring.ts'
import { BackupError } from './backup-error.ts'
import { BlobFolder } from './blob-folder.ts'
import type { OpenBackup } from './envelope.ts'
import { DatabaseLoad, prepareSchema } from './load-database.ts'
import type { Manifest } from './manifest.ts'
import { markRestored } from './mark-restored.ts'
import { readBackup, verifyBackup } from './read-backup.ts'

export interface RestoreTarget {
  readonly database: Pick<OpenDatabase, 'kind' | 'owner'>
  readonly migrations: string
  readonly blobsFolder: string
  /** Must open the accounts' keys. */
  readonly keyring: Pick<Keyring, 'account'>
  readonly nowMs: number
  /** `undefined`: as the backup has it, to be looked at and thrown away. */
  readonly restorationId: string | undefined
  /** Runs last before what was restored is there for anybody; it may read it. What it throws undoes the restore. */
  readonly beforeCommit?: (client: pg.ClientBase) => Promise<void>
}

/**
 * Restores a backup into an empty database and folder: all of it or nothing. It is read twice, so that not a row is written of a file that
 * is not whole.
 * @throws BackupError; DatabaseError
 */
export async function restoreBackup(backup: OpenBackup, target: RestoreTarget): Promise<Manifest> {
  const manifest = await verifyBackup(backup)
  const folder = await BlobFolder.open(target.blobsFolder, target.nowMs)
  try {
    await prepareSchema(target.database, target.migrations, manifest.schema)
    await withClient(target.database.owner, async (client) => {
      const load = await DatabaseLoad.begin(client)
      await readBackup(backup, {
        table: (name, columns, bytes) => load.table(name, columns, bytes),
        blob: (key, bytes) => folder.put(key, bytes),
      })
      await load.finish(manifest.sequences)
      await assertKeysOpen(client, target.keyring)
      if (target.restorationId !== undefined) {
        const restoredAt = new Date(target.nowMs)
        await markRestored(client, { id: target.restorationId, backupMadeAt: manifest.madeAt, restoredAt })
      }
      await target.beforeCommit?.(client)
      // First the blobs: rows without them would be an installation that lost its faxes; the reverse is refused at the next try.
      await folder.take()
      await client.query('commit')
    })
  } finally {
    await folder.drop()
  }
  return manifest
}

type AccountKeyRow = { readonly id: string; readonly wrapped_key: Buffer }

/** Without its key an account's faxes are noise, which must be known now and not when somebody opens one. */
async function assertKeysOpen(
  client: { query(sql: string): Promise<{ rows: AccountKeyRow[] }> },
  keyring: Pick<Keyring, 'account'>,
): Promise<void> {
  const { rows } = await client.query(
    'select id, wrapped_key from account where octet_length(wrapped_key) > 0',
  )
  for (const { id, wrapped_key: wrapped } of rows) {
    try {
      await keyring.account(id, wrapped)
    } catch (cause) {
      if (!(cause instanceof KeyError)) throw cause
      const sentence =
        'The master key at hand does not open the accounts of this backup: put the key file of the installation that made it ' +
        'in its place (ANSWERBACK_KEY_FOLDER).'
      throw new BackupError('wrong_key', sentence, { cause })
    }
  }
}
