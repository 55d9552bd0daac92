import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { closeAccount } from './application/account/close-account.ts'
import { emptyAccount, windDownAccount } from './application/account/wind-down-account.ts'
import type { Services } from './application/services.ts'
import { BackupError } from './backup/backup-error.ts'
import { Problem } from './domain/problem/problem.ts'

type Print = (...lines: string[]) => void

export interface CloseOptions {
  readonly accountId: string
  /** Folder that `answerback export` made with a live key of the account. */
  readonly exported: string
  readonly shred: boolean
}

/**
 * Closes an account of which a whole export is at hand.
 * @returns the exit code: 1 when something was left that must be seen to by hand
 * @throws BackupError when the export is not of this account, of test mode, broken off, or changed
 */
export async function closeCommand(
  services: Services,
  { accountId, exported, shred }: CloseOptions,
  print: Print,
): Promise<number> {
  await assertExported(exported, accountId)
  const accounts = await services.store.asSystem((tx) => tx.accounts.list())
  if (!accounts.some(({ id }) => id === accountId)) {
    throw new BackupError('unreadable', 'There is no such account: name it by its id, acc_….')
  }
  const ended = await windDownAccount(services, accountId)
  print(
    `closed    ${accountId}`,
    `access    ${ended.keys} keys, ${ended.people} people, ${ended.invitations} invitations ended`,
    `faxes     ${ended.canceled} canceled`,
    `numbers   ${ended.numbers} released`,
    `webhooks  ${ended.webhooks} disabled`,
  )
  const left = shred ? await emptyAccount(services, accountId) : ended.left
  if (left.length > 0) {
    print(...left.map((each) => `LEFT      ${each}`))
    return 1
  }
  if (!shred) {
    print('Its faxes are still here: --shred destroys its key, and all of them with it.')
    return 0
  }
  return shredAll(services, accountId, print)
}

async function shredAll(services: Services, accountId: string, print: Print): Promise<number> {
  const actor = { kind: 'system', id: 'account-close', requestId: null } as const
  try {
    const { certificate, verifierKey } = await closeAccount(
      services,
      { accountId, mode: 'live' },
      actor,
      accountId,
    )
    print(
      'shredded  its key is destroyed: nothing it encrypted opens here any more.',
      'Backups made before still hold that key, wrapped: delete them when they are due.',
    )
    print(certificate.note, `check it with ${verifierKey}`)
    return 0
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    print(`LEFT      ${error.code}: ${error.message}`)
    return 1
  }
}

/** Every file is there and as it was written, and the account is this one. */
async function assertExported(folder: string, accountId: string): Promise<void> {
  const refuse = (what: string) =>
    new BackupError('unreadable', `The export in ${folder} ${what}: make it anew.`)
  const sums = await readFile(join(folder, 'SHA256SUMS'), 'utf8').catch(() => {
    throw refuse('has no SHA256SUMS, so it was broken off, or is not there')
  })
  const names = new Set<string>()
  for (const line of sums.split('\n').filter((each) => each !== '')) {
    const [, sum, name] =
      /^([0-9a-f]{64}) {2}((?:[A-Za-z0-9_-]+\/){0,2}[A-Za-z0-9_-]+\.[a-z]+)$/.exec(line) ?? []
    if (sum === undefined || name === undefined) throw refuse('has another SHA256SUMS than an export has')
    if ((await sumOf(join(folder, name)).catch(() => undefined)) !== sum)
      throw refuse(`lacks ${name} as it was`)
    names.add(name)
  }
  if (!names.has('account.json') || !names.has('audit.jsonl')) throw refuse('is not whole')
  const account: unknown = JSON.parse(await readFile(join(folder, 'account.json'), 'utf8'))
  const { id, livemode } = account as { id?: unknown; livemode?: unknown }
  if (id !== accountId) throw refuse('is of another account')
  if (livemode !== true)
    throw refuse('is of test mode, and an account is closed with an export of its live faxes')
}

async function sumOf(path: string): Promise<string> {
  const digest = createHash('sha256')
  for await (const chunk of createReadStream(path)) digest.update(chunk)
  return digest.digest('hex')
}
