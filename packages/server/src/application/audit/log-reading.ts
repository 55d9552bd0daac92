import { Frontier, STORED_STEP } from '../../domain/audit/audit-tree.ts'
import type { Services } from '../services.ts'
import { BLOCK, RUN_MAX, readRun } from './read-run.ts'

/** Of an account, and of the log: enough to say where to look. */
const ALTERED_MAX = 5
/** Accounts whose altered entries are told apart; of more it is told to everybody. */
const ACCOUNTS_MAX = 1_000

/** The log read from its first leaf on, in runs, block by block: what a process has seen with its own eyes, and when it began to. */
export class LogReading {
  /** Nothing of it was read before. */
  readonly beganAt: Date
  readonly #frontier = new Frontier()
  readonly #altered = new Map<string, number[]>()
  readonly #changedBlocks: number[] = []

  constructor(beganAt: Date) {
    this.beganAt = beganAt
  }

  /** Leaves that were read; whole blocks. */
  get size(): number {
    return this.#frontier.size
  }

  /** Of the leaves as they stood there, whatever is stored above them. */
  get root(): Buffer {
    return this.#frontier.root()
  }

  /** Positions of what is not as it was logged and is the account's, or of which nobody can tell whose it is; a few of them. */
  alteredOf(accountId: string): readonly number[] {
    return [...(this.#altered.get(accountId) ?? []), ...this.#changedBlocks]
  }

  get isAltered(): boolean {
    return this.#altered.size + this.#changedBlocks.length > 0
  }

  /** Whether a log of so many leaves has blocks that were not read. */
  isBehind(size: number): boolean {
    return this.size + BLOCK <= size
  }

  /** Reads one run further. @param size leaves of the log */
  async readOn(services: Pick<Services, 'store'>, size: number): Promise<void> {
    const end = Math.min(this.size + RUN_MAX, Math.floor(size / BLOCK) * BLOCK)
    const { roots, altered, changedBlocks } = await readRun(services, this.size, end)
    for (const root of roots) this.#frontier.push(STORED_STEP, root)
    keepFew(this.#changedBlocks, changedBlocks)
    for (const { position, accountIds } of altered) for (const id of accountIds) this.#note(id, position)
  }

  #note(accountId: string, position: number): void {
    const known = this.#altered.get(accountId)
    if (known) keepFew(known, [position])
    else if (this.#altered.size < ACCOUNTS_MAX) this.#altered.set(accountId, [position])
    else keepFew(this.#changedBlocks, [position])
  }
}

function keepFew(kept: number[], more: readonly number[]): void {
  kept.push(...more.slice(0, ALTERED_MAX - kept.length))
}
