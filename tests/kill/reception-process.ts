import { openFileBlobs } from '../../packages/server/src/adapters/blobs/file-blobs.ts'
import { openFileKeyring } from '../../packages/server/src/adapters/keyring/file-keys.ts'
import { createPool } from '../../packages/server/src/adapters/postgres/connection/connection.ts'
import { createPostgresStore } from '../../packages/server/src/adapters/postgres/store.ts'
import { SystemClock } from '../../packages/server/src/adapters/system/clock.ts'
import { SystemRandom } from '../../packages/server/src/adapters/system/random.ts'
import { createInboundCalls } from '../../packages/server/src/application/receiving/inbound-calls.ts'
import type { Services } from '../../packages/server/src/application/services.ts'
import type { CallEnd } from '../../packages/server/src/domain/fax/disposition.ts'
import { HttpOutError } from '../../packages/server/src/ports/http-out.ts'
import type { InboundCall, ReceivedPage } from '../../packages/server/src/ports/inbound-calls.ts'
import { recordingLogger } from '../../packages/server/test/support/log.ts'
import { MemoryQueue } from '../../packages/server/test/support/memory-queue.ts'
import { TEST_POLICY } from '../../packages/server/test/support/services.ts'
import type { TestDatabaseFaces } from '../../packages/server/test/support/test-server.ts'

/** What the line that stands in the test's own process asks of this one, and hears. */
export type Asked = { readonly ask: number } & (
  | { readonly kind: 'accept'; readonly call: InboundCall }
  | { readonly kind: 'page'; readonly receptionId: string; readonly page: ReceivedPage }
  | { readonly kind: 'end'; readonly receptionId: string; readonly end: CallEnd }
)

export interface Answered {
  readonly ask: number
  readonly receptionId?: string
  readonly error?: string
}

const noNetwork = () => Promise.reject(new HttpOutError('connect', 'Tests have no network.'))

/**
 * A process that receives faxes and nothing else, over real blobs and a real database, to be killed at any moment.
 * @param folder of blobs and keys
 * @param database as JSON
 */
export async function openReceiving(folder: string, database: TestDatabaseFaces): Promise<Services> {
  const clock = new SystemClock()
  const services: Partial<Services> = {
    store: createPostgresStore(createPool(database.app, () => undefined)),
    queue: new MemoryQueue(),
    blobs: await openFileBlobs(`${folder}/blobs`, clock.now()),
    keyring: await openFileKeyring(`${folder}/keys`, { create: true }),
    clock,
    random: new SystemRandom(clock),
    // A trunk's host is looked up when it is set: tests have no names.
    httpOut: { request: noNetwork, check: noNetwork },
    log: recordingLogger().log,
    policy: TEST_POLICY,
  }
  // Receiving asks for no other port; one that is missing would fail the test at once.
  return services as Services
}

const [folder, database] = process.argv.slice(2)
if (process.send && folder !== undefined && database !== undefined) {
  const services = await openReceiving(folder, JSON.parse(database))
  const calls = createInboundCalls(services, 'sip')
  const answer = async (asked: Asked): Promise<string | undefined> => {
    switch (asked.kind) {
      case 'accept': {
        const decision = await calls.accept(asked.call)
        if (decision.kind === 'refuse') throw new Error(decision.reason)
        return decision.receptionId
      }
      case 'page':
        await calls.pageReceived(asked.receptionId, { ...asked.page, t6: Uint8Array.from(asked.page.t6) })
        return undefined
      case 'end':
        await calls.ended(asked.receptionId, asked.end)
        return undefined
    }
  }
  process.on('message', (asked: Asked) => {
    const { ask } = asked
    answer(asked).then(
      (receptionId) => process.send?.({ ask, ...(receptionId && { receptionId }) }),
      (error: Error) => process.send?.({ ask, error: error.message }),
    )
  })
  process.on('disconnect', () => process.exit())
  process.send({ ask: 0 })
}
