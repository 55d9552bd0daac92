import { ClockCheck } from './clock-check.ts'
import { Disputes } from './disputes.ts'
import { type ExportLine, type LeafLine, parseExportLine } from './export-line.ts'
import { Findings } from './findings.ts'
import { OwnEntries } from './own-entries.ts'
import type { NumberedLine } from './read-lines.ts'
import { BLOCK, RootCheck } from './root-check.ts'
import { type OpenedCheckpoint, openCheckpoint, parseVerifierKey, type VerifierKey } from './signed-note.ts'
import type { Verdict, VerifyOptions } from './verdict.ts'

type Head = Extract<ExportLine, { kind: 'head' }>

/** Takes an export line by line, in memory that does not grow with it. */
class ExportVerifier {
  readonly #options: VerifyOptions
  readonly #findings = new Findings()
  readonly #disputes = new Disputes(this.#findings)
  readonly #roots = new RootCheck()
  readonly #clock = new ClockCheck()
  readonly #own = new OwnEntries(this.#findings, this.#disputes, this.#clock)
  #key: VerifierKey | undefined
  #head: Head | undefined
  #line = 0
  /** Index of the leaf that comes next. */
  #next = 0
  /** A leaf that is not the next one: it was moved here, or those before it are missing. The line after it tells. */
  #held: { readonly leaf: LeafLine; readonly line: number } | undefined
  #blocksEnded = 0
  /** Hashes of blocks that stood too early. */
  readonly #blocks = new Map<number, Buffer>()
  #leafCount = 0
  #checkpointCount = 0
  #end: Extract<ExportLine, { kind: 'end' }> | undefined
  /** Up to here a signed root agrees. */
  #signed = { size: 0, atMs: null as number | null, findingCount: 0 }
  #keptAt = 0
  #isRewritten = false

  constructor(options: VerifyOptions = {}) {
    this.#options = options
    this.#key = options.key === undefined ? undefined : parseVerifierKey(options.key)
  }

  take({ number, text, isWhole }: NumberedLine): void {
    this.#line = number
    const line = text === undefined || !isWhole ? undefined : parseExportLine(text)
    if (!line) {
      const what = isWhole ? 'the line is damaged' : 'the file ends in the middle of a line'
      this.#findings.add('line_damaged', what, { line: number, leaf: this.#next })
      return
    }
    if (this.#end || (line.kind === 'head') !== (number === 1)) {
      this.#findings.add('line_misplaced', `a line of the kind "${line.kind}" does not belong here`, {
        line: number,
        leaf: this.#next,
      })
      return
    }
    if (line.kind === 'head') this.#takeHead(line)
    else if (line.kind === 'leaf') this.#takeLeaf(line, number)
    else if (line.kind === 'block') this.#takeBlock(line.index, line.hash)
    else if (line.kind === 'checkpoint') this.#takeCheckpoint(line.number, line.note)
    else this.#takeEnd(line)
  }

  finish(): Verdict {
    const { leaves = 0 } = this.#end ?? {}
    if (!this.#end) {
      const missing = Math.max(0, (this.#head?.leaves ?? 0) - this.#next)
      const what = missing > 0 ? `the file ends here: ${countMissing(missing)}` : 'the file ends here'
      this.#findings.add('cut_short', what, { line: this.#line, leaf: this.#next })
    } else if (this.#signed.size < leaves && !this.#findings.concern(this.#signed.size, leaves)) {
      const place = { leaf: this.#signed.size, lastLeaf: leaves - 1 }
      this.#findings.add('not_signed', 'no checkpoint covers the last leaves', place)
    }
    const { kept = [] } = this.#options
    const last = kept.at(-1)
    if (last && last.size > Math.max(leaves, this.#next)) {
      const what = `a checkpoint that was kept covers ${last.size} leaves: those from here on are missing`
      this.#findings.add('rolled_back', what, { leaf: this.#next, lastLeaf: last.size - 1 })
    }
    this.#disputes.settle('none')
    return this.#verdict()
  }

  #verdict(): Verdict {
    const { log = null, verifierKey = null, account = null, mode = null } = this.#head ?? {}
    return {
      isIntact: this.#findings.count === 0,
      findings: this.#findings.kept,
      findingCount: this.#findings.count,
      warnings: this.#clock.warnings,
      ...{ log, verifierKey: this.#options.key ?? verifierKey, account, mode },
      leafCount: this.#leafCount,
      ownCount: this.#own.count,
      checkpointCount: this.#checkpointCount,
      signedSize: this.#signed.size,
      signedAtMs: this.#signed.atMs,
      exportedAt: this.#own.exportedAt,
    }
  }

  #takeHead(head: Head): void {
    this.#head = head
    const given = this.#options.key
    this.#key ??= parseVerifierKey(head.verifierKey)
    if (!this.#key) this.#findings.add('head_altered', 'the key is none', { line: 1 })
    else if (given !== undefined && given !== head.verifierKey)
      this.#findings.add('head_altered', 'it names another key than the one given', { line: 1 })
    else if (head.log !== this.#key.name)
      this.#findings.add('head_altered', 'it names another log than its key', { line: 1 })
  }

  #takeLeaf(leaf: LeafLine, line: number): void {
    const held = this.#held
    this.#held = undefined
    if (held && leaf.index === held.leaf.index + 1) this.#skipTo(held.leaf, held.line)
    else if (held) this.#misplaced(held.leaf, held.line)
    if (leaf.index === this.#next) this.#accept(leaf, line)
    else if (leaf.index > this.#next) this.#held = { leaf, line }
    else this.#misplaced(leaf, line)
  }

  #misplaced({ index }: LeafLine, line: number): void {
    this.#findings.add('leaf_misplaced', 'the leaf does not stand in its place', { line, leaf: index })
  }

  /** The leaves before this one are missing. */
  #skipTo(leaf: LeafLine, line: number): void {
    const missing = leaf.index - this.#next
    const what = missing === 1 ? 'the leaf is missing' : `${missing} leaves are missing`
    this.#findings.add('leaf_missing', what, { line, leaf: this.#next, lastLeaf: leaf.index - 1 })
    while (this.#next < leaf.index) {
      this.#endDueBlock(line)
      this.#roots.lose()
      this.#next = Math.min(leaf.index, (Math.floor(this.#next / BLOCK) + 1) * BLOCK)
    }
    this.#accept(leaf, line)
  }

  #accept(leaf: LeafLine, line: number): void {
    this.#endDueBlock(line)
    const { index, hash, own } = leaf
    this.#next = index + 1
    this.#leafCount += 1
    this.#roots.leaf(own ? this.#own.take(leaf, line, this.#head) : hash, hash)
    this.#compareKept()
  }

  #takeBlock(index: number, hash: Buffer): void {
    const end = (index + 1) * BLOCK
    this.#settleHeld(end)
    if (this.#next === end && this.#blocksEnded === index) {
      this.#endBlock(hash, this.#line)
      return
    }
    const what = `the hash of block ${index} does not stand in its place`
    this.#findings.add('line_misplaced', what, { line: this.#line, leaf: this.#next })
    // One that comes too early is still good for the block it names: leaves before it may be missing.
    if (this.#next < end && this.#blocks.size < BLOCK) this.#blocks.set(index, hash)
  }

  /** Where a block is full and its hash did not follow. */
  #endDueBlock(line: number): void {
    if (this.#next % BLOCK !== 0 || this.#next / BLOCK === this.#blocksEnded) return
    const index = this.#blocksEnded
    const hash = this.#blocks.get(index)
    this.#blocks.delete(index)
    if (!hash && !this.#findings.concern(this.#next - 1, this.#next)) {
      const what = `the hash of block ${index} is missing`
      this.#findings.add('line_misplaced', what, { line, leaf: this.#next - 1 })
    }
    this.#endBlock(hash, line)
  }

  #endBlock(hash: Buffer | undefined, line: number): void {
    const index = this.#blocksEnded
    this.#blocksEnded += 1
    const [first, last] = [index * BLOCK, this.#next - 1]
    if (!this.#roots.endBlock(hash) && !this.#findings.concern(first, last)) this.#disputes.block(index, line)
  }

  #takeCheckpoint(number: number, note: string): void {
    this.#checkpointCount += 1
    const place = { line: this.#line, leaf: this.#next }
    if (number !== this.#checkpointCount) {
      this.#findings.add('checkpoint_missing', `a checkpoint before number ${number} is missing`, place)
      this.#checkpointCount = number
    }
    const opened = this.#key ? openCheckpoint(note, this.#key) : 'there is no key to check it with'
    if (typeof opened === 'string') {
      this.#findings.add('checkpoint_invalid', `the checkpoint does not hold: ${opened}`, place)
      return
    }
    this.#settleHeld(opened.size)
    if (opened.size !== this.#next) {
      const what = `the checkpoint of ${opened.size} leaves stands after ${this.#next}`
      this.#findings.add('line_misplaced', what, place)
      return
    }
    this.#endDueBlock(this.#line)
    this.#clock.checkpoint(opened.size, opened.atMs)
    this.#compare(opened)
  }

  #compare({ size, root, atMs }: OpenedCheckpoint): void {
    const witness = this.#roots.compare(root)
    if (witness === 'none') {
      if (this.#disputes.count > 0 || this.#findings.count > this.#signed.findingCount) return
      const place = { line: this.#line, leaf: this.#signed.size, lastLeaf: size - 1 }
      this.#findings.add('root_differs', 'one of these leaves is not what was signed', place)
      return
    }
    this.#disputes.settle(witness)
    this.#signed = { size, atMs: atMs ?? null, findingCount: this.#findings.count }
  }

  #takeEnd(end: Extract<ExportLine, { kind: 'end' }>): void {
    this.#settleHeld(end.leaves)
    this.#endDueBlock(this.#line)
    this.#end = end
    const place = { line: this.#line, leaf: this.#next }
    if (end.leaves > this.#next)
      this.#findings.add('leaf_missing', countMissing(end.leaves - this.#next), {
        ...place,
        lastLeaf: end.leaves - 1,
      })
    if (end.checkpoints !== this.#checkpointCount)
      this.#findings.add('checkpoint_missing', 'the last checkpoint is missing', place)
    if (this.#findings.count > 0) return
    if (this.#head?.leaves !== end.leaves && end.leaves === this.#next)
      this.#findings.add('head_altered', 'it gives another number of leaves', { line: 1 })
    if (end.leaves < this.#next || end.own !== this.#own.count)
      this.#findings.add('counts_differ', 'it counts other leaves than there are', place)
    if (this.#own.exportedAt === null && this.#disputes.count === 0)
      this.#findings.add('entry_hidden', 'the entry about this export is withheld', place)
  }

  /** A line that says how many leaves stand before it decides about a leaf that was not the next one. */
  #settleHeld(size: number): void {
    const held = this.#held
    this.#held = undefined
    if (held && held.leaf.index + 1 === size) this.#skipTo(held.leaf, held.line)
    else if (held) this.#misplaced(held.leaf, held.line)
  }

  #compareKept(): void {
    const { kept = [] } = this.#options
    for (let at = kept[this.#keptAt]; at && at.size <= this.#next; at = kept[this.#keptAt]) {
      this.#keptAt += 1
      if (at.size !== this.#next || this.#isRewritten) continue
      const witness = this.#roots.compare(at.root)
      if (witness !== 'none') this.#disputes.settle(witness)
      else if (this.#findings.count === this.#signed.findingCount && this.#disputes.count === 0) {
        this.#isRewritten = true
        const what = 'the log was rewritten: a checkpoint that was kept has another root'
        this.#findings.add('rewritten', what, { leaf: this.#signed.size, lastLeaf: at.size - 1 })
      }
    }
  }
}

function countMissing(count: number): string {
  return count === 1 ? 'the last leaf is missing' : `the last ${count} leaves are missing`
}

/** Reads all of an export. */
export async function verifyExport(
  lines: AsyncIterable<readonly NumberedLine[]>,
  options: VerifyOptions = {},
): Promise<Verdict> {
  const verifier = new ExportVerifier(options)
  for await (const some of lines) for (const line of some) verifier.take(line)
  return verifier.finish()
}
