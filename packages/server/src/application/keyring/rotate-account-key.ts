import { Problem } from '../../domain/problem/problem.ts'
import type { AccountKeyVersions } from '../../ports/keyring.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { oldSecrets, settleMs } from './keep-keyring.ts'

/** What wraps what. Counts are of what is still to be wrapped anew. */
export interface KeyringState {
  readonly master: {
    readonly current: string
    /** Keys of accounts, all of the installation. */
    readonly accountsLeft: number
    /** Of the installation and its people. */
    readonly secretsLeft: number
  }
  readonly account: AccountKeyVersions & {
    readonly wrappedBy: string
    /** `settling`: the newest version is known and wraps nothing yet; `wrapping`: documents are wrapped anew, and then the old ones retired. */
    readonly phase: 'idle' | 'settling' | 'wrapping'
    /** When the phase can end at the earliest. */
    readonly settledAt: Date | null
    readonly documentsLeft: number
  }
}

export async function readKeyring(services: Services, scope: Scope): Promise<KeyringState> {
  const { store, keyring } = services
  const account = await store.asAccount(scope, (tx) => tx.accounts.get())
  const current = await keyring.masterKeyId()
  const versions = await keyring.accountKeyVersions(account.id, account.wrappedKey)
  const { keyRotatedAt } = account
  const left = await store.asSystem(async (tx) => ({
    accounts: await tx.keyring.countAccountsNotWrappedBy(current),
    documents: await tx.keyring.countDocumentsNotUnder(account.id, versions.current),
  }))
  const settledAt = keyRotatedAt ? new Date(keyRotatedAt.getTime() + settleMs(services)) : null
  const phase = !settledAt ? 'idle' : versions.current === versions.newest ? 'wrapping' : 'settling'
  return {
    master: {
      current,
      accountsLeft: left.accounts,
      secretsLeft: (await oldSecrets(services, current)).length,
    },
    account: {
      ...versions,
      wrappedBy: keyring.wrappedBy(account.wrappedKey),
      ...{ phase, settledAt, documentsLeft: left.documents },
    },
  }
}

/**
 * Gives the account's key a new version, which wraps document keys once every process knows it, and has every document's key wrapped by it.
 * @throws Problem `keyring.rotating` until the rotation before is done
 */
export async function rotateAccountKey(
  services: Services,
  scope: Scope,
  actor: Actor,
): Promise<KeyringState> {
  const { store, keyring, clock } = services
  const account = await store.asAccount(scope, (tx) => tx.accounts.get())
  if (account.keyRotatedAt) throw new Problem('keyring.rotating')
  const { wrapped, versions } = await keyring.changeAccountKey(account.id, account.wrappedKey, 'add')
  const to = { wrapped, wrappedBy: keyring.wrappedBy(wrapped), keyRotatedAt: new Date(clock.now()) }
  const isFirst = await store.asSystem((tx) =>
    tx.keyring.replaceAccountKey(account.id, account.wrappedKey, to),
  )
  if (!isFirst) throw new Problem('keyring.rotating')
  await store.asAccount(scope, (tx) =>
    recordAudit(services, tx, actor, 'keyring.rotated', null, { version: versions.newest }),
  )
  return readKeyring(services, scope)
}
