import { SystemClock } from './adapters/system/clock.ts'
import { BackupError } from './backup/backup-error.ts'
import { type DrillReport, drillBackup, hasPassed } from './backup/drill.ts'
import { type DrillRecord, recordDrill } from './backup/status-file.ts'
import { type BackupOptions, keyringOf, MIGRATIONS, openBackup, type Work } from './backup-work.ts'

/** `answerback drill`. Exit codes: 0 all is equal, 1 something differs or the backup cannot be restored. */
export async function drill(
  { config, print, signal }: Work,
  path: string,
  options: BackupOptions,
): Promise<number> {
  const clock = new SystemClock()
  const startedMs = clock.now()
  const keyring = await keyringOf(config)
  const record = (drilled: Omit<DrillRecord, 'at' | 'seconds'>) =>
    recordDrill(config.backupStatusFile, {
      at: new Date(startedMs).toISOString(),
      seconds: (clock.now() - startedMs) / 1000,
      ...drilled,
    })
  try {
    const backup = await openBackup(path, keyring, options.identity, signal)
    const scratch = options.scratch ?? config.dataFolder
    const place = { scratch, migrations: MIGRATIONS, keyring, signal, now: () => clock.now() }
    const report = await drillBackup(backup, place)
    const differing = report.lines.filter(({ wanted, found }) => wanted !== found)
    const failure = differing.map(({ what }) => what).join(', ')
    const result = hasPassed(report) ? 'passed' : 'failed'
    await record({
      result,
      backupMadeAt: report.madeAt,
      ...(failure === '' ? {} : { failure: failure.slice(0, 200) }),
    })
    print(...describeDrill(report))
    return differing.length === 0 ? 0 : 1
  } catch (error) {
    if (error instanceof BackupError) await record({ result: 'failed', failure: error.code })
    throw error
  }
}

function describeDrill(report: DrillReport): string[] {
  const lines = report.lines.map(({ what, wanted, found }) =>
    wanted === found
      ? `equal     ${what}: ${found}`
      : `DIFFERS   ${what}: ${found}, and the backup says ${wanted}`,
  )
  const { madeAt, rows, blobs, bytes, seconds } = report
  return [
    ...lines,
    `drill     ${hasPassed(report) ? 'passed' : 'FAILED'}: the backup of ${madeAt}, ${rows} rows, ${blobs} documents, ` +
      `${bytes} bytes, was restored and compared in ${seconds.toFixed(1)} s`,
  ]
}
