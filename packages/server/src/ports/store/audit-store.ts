import type { AuditAction } from '../../domain/audit/audit-action.ts'
import type { LoggedEntry } from '../../domain/audit/audit-leaf.ts'
import type { StoredRun, Subtree } from '../../domain/audit/audit-tree.ts'
import type { Mode } from '../../domain/fax/fax.ts'
import type { Actor } from './scope.ts'

/** Where the log ends. Everything up to `settled` is in it. */
export interface AuditTree {
  readonly size: number
  /** As `Frontier.hashes` gives them. */
  readonly frontier: readonly Buffer[]
  readonly settled: AuditPlace
}

/** An entry's place in the order of the log: its transaction, then its position. */
export interface AuditPlace {
  readonly transaction: string
  readonly position: number
}

export interface AuditLeafRow {
  readonly index: number
  readonly position: number
  readonly accountId: string
  readonly mode: Mode
  /** Index of the leaf before it of the same account and mode. */
  readonly previous: number | null
  readonly hash: Buffer
}

export interface CheckpointRow {
  readonly size: number
  readonly root: Buffer
  /** The signed note. */
  readonly note: string
  readonly madeAt: Date
}

export interface AuditKeyRow {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Buffer
  readonly privateWrapped: Buffer
  readonly createdAt: Date
}

/** The audit log of the installation, which belongs to no account. */
export interface AuditLog {
  /** Holds the log until the transaction ends. `undefined`: another process has it. */
  holdAuditTree(): Promise<AuditTree | undefined>
  /**
   * Entries after `settled` that no running transaction can still precede, in the order of the log.
   * @returns also the place up to which the log is complete once these are in it
   */
  settledEntries(
    settled: AuditPlace,
    limit: number,
  ): Promise<{ entries: readonly LoggedEntry[]; settled: AuditPlace }>
  /** Index of the last leaf of each of these accounts and modes, by `accountId mode`. */
  lastLeaves(entries: readonly LoggedEntry[]): Promise<Map<string, number>>
  appendLeaves(leaves: readonly AuditLeafRow[], subtrees: readonly Subtree[], tree: AuditTree): Promise<void>
  readAuditTree(): Promise<AuditTree>
  /** When the oldest entry was written that is no leaf yet; `undefined`: all are. */
  oldestWaiting(): Promise<Date | undefined>
  /** Leaves `from` (included) to `to` (excluded). */
  leaves(from: number, to: number): Promise<AuditLeafRow[]>
  /** Entries of all accounts at these positions. */
  entriesAt(positions: readonly number[]): Promise<LoggedEntry[]>
  /** The leaf of an entry; `undefined` while it has none. */
  leafAt(position: number): Promise<AuditLeafRow | undefined>
  /** Hashes of stored nodes, run by run. Fewer than asked for: rows are missing. */
  readRuns(runs: readonly StoredRun[]): Promise<Buffer[][]>
  /** `undefined`: the first start has not made one. */
  auditKey(): Promise<AuditKeyRow | undefined>
  /** Keeps it unless there is one. @returns the one that is kept */
  keepAuditKey(key: AuditKeyRow): Promise<AuditKeyRow>
  /** The newest first. */
  latestCheckpoint(): Promise<CheckpointRow | undefined>
  addCheckpoint(checkpoint: CheckpointRow): Promise<void>
  /** Those of more than `size` leaves, smallest first. */
  checkpointsAfter(size: number, limit: number): Promise<CheckpointRow[]>
}

export interface NewAuditEntry {
  readonly at: Date
  readonly actor: Actor
  readonly action: AuditAction
  readonly subjectId: string | null
  /** Ids, statuses, counts. Never PHI. */
  readonly detail: Readonly<Record<string, unknown>>
  /** Sender and recipient: sealed JSON. */
  readonly partiesSealed: Buffer | null
}

/** As it is stored. An older version may have written actions that are not written any more. */
export interface StoredAuditEntry extends Omit<NewAuditEntry, 'action'> {
  readonly action: string
}

export interface AuditRepository {
  /** @returns its position */
  append(entry: NewAuditEntry): Promise<number>
  list(filter: {
    subjectId?: string
    after?: string
    limit: number
  }): Promise<(StoredAuditEntry & { position: string })[]>
  /** Entries of these actions about any of these, oldest first. */
  about(
    subjectIds: readonly string[],
    actions: readonly AuditAction[],
  ): Promise<Pick<StoredAuditEntry, 'action' | 'subjectId' | 'actor' | 'detail'>[]>
  /** Entries after a position, oldest first, as the log takes them in. */
  entriesAfter(position: number, limit: number): Promise<LoggedEntry[]>
  /** Those of the account among these positions. */
  entriesAt(positions: readonly number[]): Promise<LoggedEntry[]>
}
