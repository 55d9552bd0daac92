import type { JournalEntry } from '../domain/journal.ts'
import { Problem } from '../domain/problem.ts'
import type { AttemptRow, Scope } from '../ports/store.ts'
import { readAccount } from './account-now.ts'
import { openRemoteId } from './fax-secrets.ts'
import type { Services } from './services.ts'

export interface OpenAttempt {
  readonly attempt: AttemptRow
  /** The far end's CSI: untrusted text. */
  readonly remoteId: string | null
  readonly journal: readonly (JournalEntry & { readonly at: Date })[]
}

/** Every attempt of a fax, first to last, each with its journal. Throws `Problem('fax.not_found')`. */
export async function listAttempts(services: Services, scope: Scope, faxId: string): Promise<OpenAttempt[]> {
  return services.store.asAccount(scope, async (tx) => {
    if ((await tx.faxes.get(faxId)) === undefined) throw new Problem('fax.not_found')
    const { keys } = await readAccount(services, tx)
    const opened: OpenAttempt[] = []
    for (const attempt of await tx.attempts.list(faxId)) {
      const sealed = attempt.remoteIdSealed
      const remoteId = sealed === null ? null : openRemoteId(keys, attempt.id, sealed)
      opened.push({ attempt, remoteId, journal: await tx.attempts.entries(attempt.id) })
    }
    return opened
  })
}
