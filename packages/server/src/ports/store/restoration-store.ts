/** That the database came out of a backup, as the restore noted it. */
export interface RestorationRow {
  readonly id: string
  readonly backupMadeAt: Date
  readonly restoredAt: Date
}

export interface Restorations {
  /** Runs `work` if there is a restoration to settle, in one process at a time; the others wait until it is done. */
  whileUnsettled(work: (restoration: RestorationRow) => Promise<void>): Promise<void>
  settle(id: string, at: Date): Promise<void>
}
