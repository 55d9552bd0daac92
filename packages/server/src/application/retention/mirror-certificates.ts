import type { CertificateList, ListedCertificate } from '../../ports/certificate-list.ts'
import type { Services } from '../services.ts'

const ROWS = 100
/** No transaction that destroys takes longer to commit, so by then every certificate before is known. */
const LATEST_COMMIT_MS = 3_600_000

/** What is known of a list. */
interface Known {
  readonly path: string
  size: number
  /** All up to this one are in it. */
  upTo: string
  /** Later ones that are in it. */
  readonly ids: Set<string>
}

/**
 * Writes to a list whatever certificates it lacks. What is in it is read once, and anew when it was changed for another or cut; so after
 * a fault it is simply called again. Of two processes that do it at once both may write one, which then stands there twice.
 */
export function createCertificateMirror({ store, clock }: Pick<Services, 'store' | 'clock'>) {
  let known: Known | undefined
  return async (list: CertificateList): Promise<void> => {
    const size = await list.size()
    if (known?.path !== list.path || size < known.size) known = await look(list, size)
    const settledBefore = clock.now() - LATEST_COMMIT_MS
    let { upTo } = known
    for (let from = known.upTo; ; ) {
      const after = from
      const rows = await store.asSystem((tx) => tx.certificates.after(after, ROWS))
      await appendMissing(list, known, rows)
      for (const { id, madeAt } of rows) if (madeAt.getTime() <= settledBefore) upTo = id
      if (rows.length < ROWS) break
      from = rows.at(-1)!.id
    }
    for (const id of known.ids) if (id <= upTo) known.ids.delete(id)
    known.upTo = upTo
    known.size = await list.size()
  }
}

async function look(list: CertificateList, size: number): Promise<Known> {
  const ids = new Set<string>()
  // Also where nothing was ever destroyed there is a list: a restore can tell that from one that was lost.
  if (size === 0) await list.append([])
  for await (const each of list.read()) if (each) ids.add(each.id)
  return { path: list.path, size, upTo: '', ids }
}

async function appendMissing(
  list: CertificateList,
  { ids }: Known,
  rows: readonly ListedCertificate[],
): Promise<void> {
  const missing = rows.filter(({ id }) => !ids.has(id))
  if (missing.length === 0) return
  await list.append(missing)
  for (const { id } of missing) ids.add(id)
}
