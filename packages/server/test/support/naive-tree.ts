import { createHash } from 'node:crypto'

/** RFC 6962 §2.1 word for word, at any cost. */
const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
const node = (left: Buffer, right: Buffer) => sha256(Buffer.of(1), left, right)

/** MTH(D[n]). */
export function treeHash(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256()
  if (leaves.length === 1) return leaves[0]!
  const split = splitOf(leaves.length)
  return node(treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)))
}

export function leafHash(data: Uint8Array): Buffer {
  return sha256(Buffer.of(0), data)
}

function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

/** RFC 9162 §2.1.3.2: the root a proof leads to. */
export function rootFromInclusion(
  index: number,
  size: number,
  leaf: Buffer,
  path: readonly Buffer[],
): Buffer {
  let [fn, sn, root] = [index, size - 1, leaf]
  for (const hash of path) {
    if (sn === 0) throw new Error('The path is too long.')
    if (fn % 2 === 1 || fn === sn) {
      root = node(hash, root)
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
    } else root = node(root, hash)
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  if (sn !== 0) throw new Error('The path is too short.')
  return root
}
