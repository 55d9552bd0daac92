import type { CheckpointRow } from './store/audit-store.ts'

/** Where checkpoints are kept besides the database, out of reach of whoever may change it. */
export interface CheckpointFile {
  /** Leaves of the last checkpoint that is in it; 0 when there is none. */
  lastSize(): Promise<number>
  /** The last checkpoint that is in it. */
  last(): Promise<Pick<CheckpointRow, 'size' | 'note'> | undefined>
  append(checkpoints: readonly CheckpointRow[]): Promise<void>
}
