import type { JobName } from '../../ports/queue.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'

export interface DueWork {
  readonly scope: Scope
  readonly id: string
  readonly priority?: number
}

/** Makes a job for each row that is due, one transaction an account. A row that has a job already gets a second: it finds nothing to do. */
export async function wakeDue(services: Services, name: JobName, due: readonly DueWork[]): Promise<void> {
  const byScope = Map.groupBy(due, ({ scope }) => `${scope.accountId} ${scope.mode}`)
  for (const rows of byScope.values()) {
    const { scope } = rows[0]!
    await services.store.asAccount(scope, async (tx) => {
      for (const { id, priority } of rows) {
        const options = priority === undefined ? {} : { priority }
        await services.queue.enqueue(tx, { name, scope, subjectId: id }, options)
      }
    })
  }
}
