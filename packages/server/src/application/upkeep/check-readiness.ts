import type { Services } from '../services.ts'

/** What must work before this server should be sent requests. */
export type Dependency = 'database' | 'documentStore' | 'renderer'

export type Readiness = Readonly<Record<Dependency, boolean>>

const PROBE_BLOB = 'probes/readiness'
/** A whole picture of one black pixel: the smallest document there is. */
const PROBE_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
)

/** Tries each dependency for real: a query, a durable write, a document opened. Never rejects. */
export async function checkReadiness(services: Services): Promise<Readiness> {
  const [database, documentStore, renderer] = await Promise.all([
    works(services.store.asSystem((tx) => tx.due.deliveries(new Date(0), 1))),
    works(
      services.blobs
        .put(PROBE_BLOB, PROBE_PNG, { maxBytes: PROBE_PNG.length })
        .then(() => services.blobs.delete(PROBE_BLOB)),
    ),
    works(services.rasteriser.inspect(PROBE_PNG)),
  ])
  return { database, documentStore, renderer }
}

async function works(probe: Promise<unknown>): Promise<boolean> {
  try {
    await probe
    return true
  } catch {
    return false
  }
}
