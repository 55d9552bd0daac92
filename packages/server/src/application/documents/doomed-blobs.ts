import type { Services } from '../services.ts'

/** Blobs deleted in one go. */
const BLOBS = 200

/**
 * Deletes blobs whose keys are destroyed. Their names were written down in the transaction that destroyed the keys, so a crash before or
 * in the middle leaves them to the next sweep.
 */
export async function deleteDoomed(services: Services, blobKeys: readonly string[]): Promise<void> {
  for (const key of blobKeys) await services.blobs.delete(key)
  await services.store.asSystem((tx) => tx.leftovers.forgetBlobs(blobKeys))
}

/** Those that were left. @returns how many */
export async function deleteLeftBlobs(services: Services): Promise<number> {
  const left = await services.store.asSystem((tx) => tx.leftovers.doomedBlobs(BLOBS))
  await deleteDoomed(services, left)
  return left.length
}
