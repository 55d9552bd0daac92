import type { ClockCheck } from './clock-check.ts'
import type { Disputes } from './disputes.ts'
import type { ExportLine, LeafLine } from './export-line.ts'
import type { Findings } from './findings.ts'
import { leafHashOf } from './hash-tree.ts'
import { leafText } from './leaf-text.ts'

/** What an export writes about itself before it begins: the end of the account's chain. */
const EXPORTED = 'audit.exported'

type Head = Extract<ExportLine, { kind: 'head' }>

/**
 * The account's own entries among the leaves: each must make its leaf's hash, belong to the account of the head, and name the own leaf
 * before it, so that none can be left out unseen.
 */
export class OwnEntries {
  readonly #findings: Findings
  readonly #disputes: Disputes
  readonly #clock: ClockCheck
  #last: number | null = null
  #exportedAt: string | null = null
  #count = 0

  constructor(findings: Findings, disputes: Disputes, clock: ClockCheck) {
    this.#findings = findings
    this.#disputes = disputes
    this.#clock = clock
  }

  get count(): number {
    return this.#count
  }

  /** When this export was made, by its own entry; `null` before that entry. */
  get exportedAt(): string | null {
    return this.#exportedAt
  }

  /** @returns the leaf's hash as its entry makes it: the very buffer of the line where they agree */
  take({ index, hash, own }: LeafLine, line: number, head: Head | undefined): Buffer {
    this.#count += 1
    const before = this.#last
    this.#last = index
    const entry = own?.entry
    if (!own || !entry) {
      this.#findings.add('entry_missing', 'the entry is gone, only its leaf is left', { line, leaf: index })
      return hash
    }
    const computed = leafHashOf(leafText(entry, own.previous))
    if (!computed.equals(hash)) {
      this.#disputes.entry(index, entry.position, line)
      return computed
    }
    this.#clock.entry(index, entry)
    if (entry.action === EXPORTED) this.#exportedAt = entry.at
    if (head && (entry.account !== head.account || entry.mode !== head.mode))
      this.#findings.add('head_altered', `it names another account than entry ${entry.position}`, { line: 1 })
    if (own.previous !== before) this.#hidden(own.previous, before, index, line)
    return hash
  }

  #hidden(previous: number | null, before: number | null, index: number, line: number): void {
    const leaf = previous ?? before
    if (leaf === null || this.#findings.concern(leaf, leaf)) return
    const what =
      previous !== null && (before === null || previous > before)
        ? `the entry is withheld: the leaf ${index} says it is this account's`
        : `the leaf ${index} does not count it among this account's`
    this.#findings.add('entry_hidden', what, { line, leaf })
  }
}
