import type { Findings } from './findings.ts'
import { BLOCK, type Witness } from './root-check.ts'

/** A file that is all wrong must not fill the memory: beyond this, which side was changed is not found out. */
const HELD_MAX = 1_000

/** What disagrees with what stands beside it, until a signed root tells which side was changed. */
export class Disputes {
  readonly #findings: Findings
  #entries: { readonly index: number; readonly position: number; readonly line: number }[] = []
  #blocks: { readonly index: number; readonly line: number }[] = []

  constructor(findings: Findings) {
    this.#findings = findings
  }

  get count(): number {
    return this.#entries.length + this.#blocks.length
  }

  /** An entry does not make the hash beside it. */
  entry(index: number, position: number, line: number): void {
    if (this.count >= HELD_MAX) this.settle('none')
    this.#entries.push({ index, position, line })
  }

  /** 256 leaves do not make the hash of their block. */
  block(index: number, line: number): void {
    if (this.count >= HELD_MAX) this.settle('none')
    this.#blocks.push({ index, line })
  }

  settle(witness: Witness): void {
    for (const { index, position, line } of this.#entries) {
      const place = { line, leaf: index, position }
      if (witness === 'computed')
        this.#findings.add('hash_altered', 'the hash beside the entry was changed, the entry was not', place)
      else if (witness === 'recorded')
        this.#findings.add('entry_altered', 'the entry was changed after it was logged', place)
      else this.#findings.add('entry_altered', 'the entry, or the hash beside it, was changed', place)
    }
    for (const { index, line } of this.#blocks) {
      const leaves = { leaf: index * BLOCK, lastLeaf: (index + 1) * BLOCK - 1 }
      if (witness === 'computed' || witness === 'recorded')
        this.#findings.add('block_altered', `the hash of block ${index} was changed`, { line, ...leaves })
      else if (!this.#findings.concern(leaves.leaf, leaves.lastLeaf))
        this.#findings.add('leaves_altered', 'one of these leaves was changed', { line, ...leaves })
    }
    this.#entries = []
    this.#blocks = []
  }
}
