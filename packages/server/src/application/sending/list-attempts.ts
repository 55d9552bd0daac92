import type { JournalEntry } from '../../domain/attempts/journal.ts'
import type { Timeline } from '../../domain/attempts/timeline.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { AttemptRow } from '../../ports/store/attempt-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { openEvidence, openTimeline } from '../faxes/call-evidence.ts'
import type { Services } from '../services.ts'

export interface OpenAttempt {
  readonly attempt: AttemptRow
  /** The far end's CSI: untrusted text. */
  readonly remoteId: string | null
  /** The far end's NSF, hex. */
  readonly remoteNsf: string | null
  /** `name` is `null` when the trunk is gone. */
  readonly trunk: { readonly id: string; readonly name: string | null } | null
  /** Where a provider placed the call; `name` is `null` when it was removed. */
  readonly provider: { readonly id: string; readonly name: string | null } | null
  readonly journal: readonly (JournalEntry & { readonly at: Date })[]
  /** Only when asked for; `null` where the line recorded none. */
  readonly timeline?: Timeline | null
}

/**
 * Every attempt of a fax, first to last, each with its journal.
 * @param options.frames also the frame timelines, which are not read otherwise
 * @throws Problem `fax.not_found`
 */
export async function listAttempts(
  services: Services,
  scope: Scope,
  faxId: string,
  options: { readonly frames?: boolean } = {},
): Promise<OpenAttempt[]> {
  return services.store.asAccount(scope, async (tx) => {
    if ((await tx.faxes.get(faxId)) === undefined) throw new Problem('fax.not_found')
    const { keys } = await readAccount(services, tx)
    const opened: OpenAttempt[] = []
    const attempts = await tx.attempts.list(faxId)
    const trunkNames = await readTrunkNames(tx, attempts)
    const providerNames = await readProviderNames(tx, attempts)
    const timelines = options.frames ? await tx.attempts.timelines(faxId) : undefined
    for (const attempt of attempts) {
      const { id, trunkId, providerId } = attempt
      const sealed = timelines?.get(id)
      const timeline = sealed ? openTimeline(keys, 'attempt', id, sealed) : null
      opened.push({
        attempt,
        ...openEvidence(keys, 'attempt', id, attempt),
        trunk: trunkId === null ? null : { id: trunkId, name: trunkNames.get(trunkId) ?? null },
        provider:
          providerId === null ? null : { id: providerId, name: providerNames.get(providerId) ?? null },
        journal: await tx.attempts.entries(id),
        ...(timelines ? { timeline } : {}),
      })
    }
    return opened
  })
}

async function readTrunkNames(tx: Tx, attempts: readonly AttemptRow[]): Promise<Map<string, string>> {
  if (attempts.every(({ trunkId }) => trunkId === null)) return new Map()
  return new Map((await tx.trunks.list()).map(({ id, settings }) => [id, settings.name]))
}

async function readProviderNames(tx: Tx, attempts: readonly AttemptRow[]): Promise<Map<string, string>> {
  if (attempts.every(({ providerId }) => providerId === null)) return new Map()
  return new Map((await tx.providers.list()).map(({ id, settings }) => [id, settings.name]))
}
