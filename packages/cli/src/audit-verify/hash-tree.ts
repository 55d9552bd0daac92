import { hash } from 'node:crypto'

/** RFC 6962 §2.1. Written apart from the server's: a fault in one of the two then shows. */
const EMPTY = digest(Buffer.alloc(0))

function digest(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer')
}

export function leafHashOf(text: string): Buffer {
  return digest(Buffer.from(`\u0000${text}`))
}

const pair = Buffer.alloc(65, 1)

function join(left: Buffer, right: Buffer): Buffer {
  left.copy(pair, 1)
  right.copy(pair, 33)
  return digest(pair)
}

/** Counts leaves as a binary number counts: the hash in place `n` stands for the last complete `2^n` of them. */
export class HashTree {
  readonly #places: (Buffer | undefined)[]

  constructor(places: readonly (Buffer | undefined)[] = []) {
    this.#places = [...places]
  }

  /** @param place 0 for a leaf, 8 for 256 leaves that are known by their root */
  add(leaf: Buffer, place = 0): void {
    let carried = leaf
    let at = place
    for (let held = this.#places[at]; held; held = this.#places[at]) {
      carried = join(held, carried)
      this.#places[at] = undefined
      at += 1
    }
    this.#places[at] = carried
  }

  /** This tree with the leaves of `tail` after it, which fit below its lowest place. */
  with(tail: HashTree): HashTree {
    const whole = new HashTree(this.#places)
    for (let at = tail.#places.length - 1; at >= 0; at -= 1) {
      const held = tail.#places[at]
      if (held) whole.add(held, at)
    }
    return whole
  }

  root(): Buffer {
    let root: Buffer | undefined
    for (const held of this.#places) {
      if (held) root = root ? join(held, root) : held
    }
    return root ?? EMPTY
  }

  copy(): HashTree {
    return new HashTree(this.#places)
  }
}
