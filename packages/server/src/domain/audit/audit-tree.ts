import { hash } from 'node:crypto'

/** MTH({}) of RFC 6962 §2.1. */
const EMPTY_ROOT = sha256(Buffer.alloc(0))
const LEAF_PREFIX = Buffer.of(0)
const NODE_PREFIX = Buffer.of(1)

/** RFC 6962 §2.1: leaves and nodes are led by different octets, so that neither passes for the other. */
export function hashLeaf(leaf: Uint8Array): Buffer {
  return sha256(Buffer.concat([LEAF_PREFIX, leaf]))
}

function hashNode(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(Buffer.concat([NODE_PREFIX, left, right]))
}

function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer')
}

/** A complete subtree: the leaves from `index * 2^level` on, `2^level` of them. */
export interface Subtree {
  readonly level: number
  readonly index: number
  readonly hash: Buffer
}

/**
 * A tree that only grows, as the roots of its complete subtrees, widest first: at most one for each bit of its size. It is all that
 * appending and the root need.
 */
export class Frontier {
  readonly #peaks: { readonly level: number; readonly hash: Buffer }[]
  #size: number

  /**
   * @param size number of leaves
   * @param hashes as `hashes` gave them at that size
   * @throws RangeError when there are not as many as the size has bits
   */
  constructor(size = 0, hashes: readonly Buffer[] = []) {
    const levels = levelsOf(size)
    if (levels.length !== hashes.length) throw new RangeError('A frontier does not fit its size.')
    this.#size = size
    this.#peaks = levels.map((level, at) => ({ level, hash: hashes[at]! }))
  }

  get size(): number {
    return this.#size
  }

  get hashes(): Buffer[] {
    return this.#peaks.map((peak) => peak.hash)
  }

  /** Appends a leaf. @returns the subtrees above it that it completed, lowest first */
  append(leafHash: Buffer): Subtree[] {
    return this.push(0, leafHash)
  }

  /**
   * Appends a complete subtree of `2^level` leaves; the size must be a multiple of that.
   * @returns the subtrees above it that it completed, lowest first
   */
  push(level: number, subtreeHash: Buffer): Subtree[] {
    this.#size += 2 ** level
    const completed: Subtree[] = []
    let peak = { level, hash: subtreeHash }
    for (let left = this.#peaks.at(-1); left?.level === peak.level; left = this.#peaks.at(-1)) {
      this.#peaks.pop()
      peak = { level: peak.level + 1, hash: hashNode(left.hash, peak.hash) }
      completed.push({ ...peak, index: this.#size / 2 ** peak.level - 1 })
    }
    this.#peaks.push(peak)
    return completed
  }

  /** MTH(D[size]) of RFC 6962 §2.1. */
  root(): Buffer {
    const [narrowest, ...wider] = this.hashes.reverse()
    return wider.reduce((right, left) => hashNode(left, right), narrowest ?? EMPTY_ROOT)
  }
}

/** Of the complete subtrees a tree of `size` leaves falls into, widest first. */
function levelsOf(size: number): number[] {
  const levels: number[] = []
  for (let level = 0, rest = size; rest > 0; level += 1, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) levels.unshift(level)
  }
  return levels
}

/** Leaves `start` (included) to `end` (excluded) that are one node of the tree. */
export interface LeafRange {
  readonly start: number
  readonly end: number
}

/** PATH(index, D[size]) of RFC 6962 §2.1.1: the nodes whose hashes prove that a leaf is in the tree, lowest first. */
export function inclusionRanges(index: number, size: number, start = 0): LeafRange[] {
  if (size <= 1) return []
  const split = largestPowerBelow(size)
  return index < split
    ? [...inclusionRanges(index, split, start), { start: start + split, end: start + size }]
    : [...inclusionRanges(index - split, size - split, start + split), { start, end: start + split }]
}

function largestPowerBelow(size: number): number {
  return 2 ** (Math.ceil(Math.log2(size)) - 1)
}

/** Levels whose subtrees are stored besides the leaves: 256 leaves, 65,536, … A node takes at most 255 rows of each. */
export const STORED_STEP = 8

/** Rows `from` (included) to `to` (excluded) of a stored level. */
export interface StoredRun {
  readonly level: number
  readonly from: number
  readonly to: number
}

/** What must be read to hash a node of the tree, in the order in which `Frontier.push` takes it. */
export function storedRuns({ start, end }: LeafRange): StoredRun[] {
  const runs: StoredRun[] = []
  for (let at = start; at < end; ) {
    let level = 0
    while (at % 2 ** (level + STORED_STEP) === 0 && at + 2 ** (level + STORED_STEP) <= end)
      level += STORED_STEP
    const width = 2 ** level
    // On up to where a wider level begins or the node ends.
    const next = Math.min(end, (Math.floor(at / (width * 256)) + 1) * width * 256)
    const to = at + Math.floor((next - at) / width) * width
    runs.push({ level, from: at / width, to: to / width })
    at = to
  }
  return runs
}
