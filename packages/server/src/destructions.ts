import { join } from 'node:path'
import { openCertificateList } from './adapters/certificate-list/certificate-list.ts'
import { openPendingDestructions } from './adapters/certificate-list/pending-destructions.ts'
import { destroyAgain } from './application/restore/destroy-again.ts'
import { createCertificateMirror } from './application/retention/mirror-certificates.ts'
import type { Services } from './application/services.ts'
import { listBeside } from './backup/later-destructions.ts'
import { lastBackupFolder } from './backup/status-file.ts'
import type { Config } from './config/config.ts'
import type { CertificateList, PendingDestructions } from './ports/certificate-list.ts'

const MIRROR_INTERVAL_MS = 5_000
/** What a hold still keeps from being destroyed again goes within two of them after its release. */
const AGAIN_INTERVAL_MS = 60_000

/** Where a restore leaves what is to be destroyed again. */
export function pendingDestructions({ dataFolder }: Config): PendingDestructions {
  return openPendingDestructions(join(dataFolder, 'destroy-again.jsonl'))
}

/** Beside the last backup; `undefined` until a backup was made by this program. */
export async function destructionList({ backupStatusFile }: Config): Promise<CertificateList | undefined> {
  const folder = await lastBackupFolder(backupStatusFile)
  return folder === undefined ? undefined : openCertificateList(listBeside(folder))
}

/** Keeps the certificates beside the last backup until `signal` aborts, and then once more. */
export async function keepCertificates(
  services: Services,
  config: Config,
  signal: AbortSignal,
): Promise<void> {
  const mirror = createCertificateMirror(services)
  let isFailing = false
  for (let isLast = false; ; isLast = signal.aborted) {
    try {
      const list = await destructionList(config)
      if (list) await mirror(list)
      isFailing = false
    } catch (error) {
      // Told once: a share may be gone for hours, and the next backup writes what is missing too.
      if (!isFailing) services.log.error('certificates.not_kept', { error })
      isFailing = true
    }
    if (isLast) return
    await services.clock.sleep(MIRROR_INTERVAL_MS, signal).catch(() => undefined)
  }
}

export async function destroyAgainForever(
  services: Services,
  config: Config,
  signal: AbortSignal,
): Promise<void> {
  const pending = pendingDestructions(config)
  while (!signal.aborted) {
    await services.clock.sleep(AGAIN_INTERVAL_MS, signal).catch(() => undefined)
    try {
      if (!signal.aborted) await destroyAgain(services, pending)
    } catch (error) {
      services.log.error('restore.not_destroyed', { error })
    }
  }
}
