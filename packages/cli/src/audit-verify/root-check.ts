import { HashTree } from './hash-tree.ts'

export const BLOCK = 256
const BLOCK_PLACE = 8

/**
 * What agrees with a signed root: the leaves as computed from the entries, the leaf hashes as they stand beside the entries, or the
 * hashes of whole blocks. What agrees was not changed, so what differs from it was.
 */
export type Witness = 'computed' | 'recorded' | 'blocks' | 'none'

/** `undefined`: leaves are missing, so there is no such tree until a later root shows where it stands. */
interface Trees {
  computed: HashTree | undefined
  recorded: HashTree | undefined
}

/** The tree of an export, grown three ways at once. While the ways agree they are one, and cost one. */
export class RootCheck {
  readonly #whole: Trees & { blocks: HashTree | undefined }
  #block: Trees = fresh()

  constructor() {
    const tree = new HashTree()
    this.#whole = { computed: tree, recorded: tree, blocks: tree.copy() }
  }

  leaf(computed: Buffer, recorded: Buffer): void {
    const block = this.#block
    if (block.computed === block.recorded) {
      if (computed === recorded) {
        block.computed?.add(computed)
        return
      }
      block.recorded = block.computed?.copy()
    }
    block.computed?.add(computed)
    block.recorded?.add(recorded)
  }

  /** Leaves of this block are missing. */
  lose(): void {
    this.#block = { computed: undefined, recorded: undefined }
  }

  /**
   * Ends a block of 256 leaves.
   * @param hash of the block, as the file has it; `undefined` when it has none
   * @returns whether that is the root of the leaves in it
   */
  endBlock(hash: Buffer | undefined): boolean {
    const { computed, recorded } = this.#block
    const whole = this.#whole
    const seen = recorded?.root()
    if (computed === recorded && whole.computed === whole.recorded) {
      whole.recorded = extended(whole.recorded, seen)
      whole.computed = whole.recorded
    } else {
      if (whole.computed === whole.recorded) whole.computed = whole.computed?.copy()
      whole.recorded = extended(whole.recorded, seen)
      whole.computed = extended(whole.computed, computed?.root())
    }
    whole.blocks = extended(whole.blocks, hash)
    this.#block = fresh()
    return hash === undefined || (seen?.equals(hash) ?? false)
  }

  /** Goes on from what agrees with the root, if anything does. */
  compare(root: Buffer): Witness {
    const { computed, recorded, blocks } = this.#whole
    const ways: [Witness, HashTree | undefined, HashTree | undefined][] = [
      ['computed', computed, this.#block.computed],
      ['recorded', recorded, this.#block.recorded],
      ['blocks', blocks, this.#block.computed],
      ['blocks', blocks, this.#block.recorded],
    ]
    for (const [witness, whole, block] of ways) {
      if (!whole || !block || !whole.with(block).root().equals(root)) continue
      Object.assign(this.#whole, { computed: whole, recorded: whole, blocks: whole.copy() })
      this.#block = { computed: block, recorded: block }
      return witness
    }
    return 'none'
  }
}

function fresh(): Trees {
  const tree = new HashTree()
  return { computed: tree, recorded: tree }
}

function extended(tree: HashTree | undefined, root: Buffer | undefined): HashTree | undefined {
  if (!tree || !root) return undefined
  tree.add(root, BLOCK_PLACE)
  return tree
}
