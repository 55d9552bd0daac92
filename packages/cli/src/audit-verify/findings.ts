/** One thing that is wrong, and where. */
export interface Finding {
  readonly code: FindingCode
  /** What it is, as a clause. */
  readonly what: string
  /** Of the file, from 1; `null` when it concerns no line. */
  readonly line: number | null
  /** Index in the log, from 0: the first leaf it concerns. */
  readonly leaf: number | null
  /** The last one, when it is known only that one of several is meant or all of them are. */
  readonly lastLeaf: number | null
  /** The number of the entry in the audit. */
  readonly position: number | null
}

export type FindingCode =
  | 'line_damaged'
  | 'line_misplaced'
  | 'head_altered'
  | 'leaf_missing'
  | 'leaf_misplaced'
  | 'entry_altered'
  | 'hash_altered'
  | 'entry_missing'
  | 'entry_hidden'
  | 'leaves_altered'
  | 'block_altered'
  | 'checkpoint_invalid'
  | 'checkpoint_missing'
  | 'root_differs'
  | 'rewritten'
  | 'rolled_back'
  | 'not_signed'
  | 'cut_short'
  | 'counts_differ'

type Place = Partial<Pick<Finding, 'line' | 'leaf' | 'lastLeaf' | 'position'>>

/** A file that is all wrong must not fill the memory; the count goes on. */
const KEPT_MAX = 1_000

export class Findings {
  readonly kept: Finding[] = []
  count = 0

  add(code: FindingCode, what: string, { line, leaf, lastLeaf, position }: Place): void {
    this.count += 1
    if (this.kept.length >= KEPT_MAX) return
    const place = { line: line ?? null, leaf: leaf ?? null, lastLeaf: lastLeaf ?? null }
    this.kept.push({ code, what, ...place, position: position ?? null })
  }

  /** Whether one of those kept names a leaf of these. */
  concern(from: number, to: number): boolean {
    return this.kept.some(({ leaf, lastLeaf }) => leaf !== null && leaf <= to && (lastLeaf ?? leaf) >= from)
  }
}
