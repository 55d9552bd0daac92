import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type pg from 'pg'
import { logName, signerOf } from '../domain/audit/checkpoint.ts'
import { openCertificate } from '../domain/retention/certificate.ts'
import type { CertificateList, ListedCertificate, PendingDestructions } from '../ports/certificate-list.ts'
import { BackupError } from './backup-error.ts'

const LIST = 'destructions.jsonl'
/** For `--destroyed`: there is no list, and whoever restores knows it. */
const NO_LIST = 'none'

/** What a list of certificates held for the backup that is restored. */
export interface CarriedOver {
  /** Of this installation, and not in the backup. */
  later: number
  /** When the last of all was made. */
  newest: Date | undefined
  /** Of other installations. */
  foreign: number
  /** Lines that are none, such as those that a crash cut short. */
  cut: number
}

/** Where certificates of destruction lie beside backups. */
export function listBeside(folder: string): string {
  return join(folder, LIST)
}

/**
 * The list to restore with: the one that is named, or the one beside the backup.
 * @returns `undefined` when whoever restores says that there is none
 * @throws BackupError `no_list` where none is found
 */
export async function findList(backup: string, named: string | undefined): Promise<string | undefined> {
  if (named === NO_LIST) return undefined
  const path = named ?? listBeside(dirname(backup))
  if ((await stat(path).catch(() => undefined))?.isFile() === true) return path
  const sentence =
    `There is no list of destructions at ${path}, so nobody here knows what was shredded after this backup, and it would be back. ` +
    `Nothing was restored. Fetch the list from where the backups lie and name it with --destroyed FILE; if it is lost, go on with ` +
    `--destroyed ${NO_LIST}, and shred by hand what you have certificates of.`
  throw new BackupError('no_list', sentence)
}

/**
 * Leaves to be destroyed again whatever the list has and the backup lacks, as seen in the transaction that restores it.
 * @throws BackupError `forged` for a certificate in the name of this installation's audit log that its key did not sign
 */
export async function carryOver(
  client: pg.ClientBase,
  list: CertificateList,
  pending: PendingDestructions,
): Promise<CarriedOver> {
  const carried: CarriedOver = { later: 0, newest: undefined, foreign: 0, cut: 0 }
  const { rows } = await client.query<{ public_key: Buffer }>('select public_key from audit_key')
  await pending.replace(laterOnes(client, list, rows[0]?.public_key, carried))
  if (carried.later === 0) await pending.remove()
  return carried
}

async function* laterOnes(
  client: pg.ClientBase,
  list: CertificateList,
  publicKey: Buffer | undefined,
  carried: CarriedOver,
): AsyncGenerator<ListedCertificate> {
  let line = 0
  for await (const listed of list.read()) {
    line += 1
    if (!listed) carried.cut += 1
    else if (publicKey === undefined || signerOf(listed.note) !== logName(publicKey)) carried.foreign += 1
    else {
      const certified = openCertificate(listed.note, publicKey)
      if (!certified) throw forged(list.path, line)
      const madeAt = new Date(certified.madeAt)
      if (carried.newest === undefined || madeAt > carried.newest) carried.newest = madeAt
      // What the line says besides the note is signed by nobody.
      if (await isKnown(client, certified.id)) continue
      carried.later += 1
      yield { id: certified.id, madeAt, note: listed.note }
    }
  }
}

async function isKnown(client: pg.ClientBase, id: string): Promise<boolean> {
  const { rows } = await client.query('select from destruction_certificate where id = $1', [id])
  return rows.length > 0
}

function forged(path: string, line: number): BackupError {
  const sentence =
    `Line ${line} of ${path} is a certificate of destruction that this installation did not sign as it stands: it was forged or damaged. ` +
    'Nothing was restored and nothing destroyed. Fetch another copy of the list and name it with --destroyed FILE, or find out who wrote ' +
    'the line, and take it out.'
  return new BackupError('forged', sentence)
}
