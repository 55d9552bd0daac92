import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  Frontier,
  hashLeaf,
  inclusionRanges,
  type LeafRange,
  STORED_STEP,
  type Subtree,
  storedRuns,
} from '../../../src/domain/audit/audit-tree.ts'
import { leafHash, rootFromInclusion, treeHash } from '../../support/naive-tree.ts'

const LEAVES = Array.from({ length: 1_500 }, (_, index) => hashLeaf(Buffer.from(`leaf ${index}`)))
const size = fc.integer({ min: 1, max: 600 })
const of = ({ start, end }: LeafRange) => treeHash(LEAVES.slice(start, end))

function grown(leaves: readonly Buffer[]) {
  const frontier = new Frontier()
  const completed: Subtree[] = leaves.flatMap((leaf) => frontier.append(leaf))
  return { frontier, completed }
}

test('the hashes are those of the test vectors of Certificate Transparency', () => {
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657']
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  ]
  const frontier = new Frontier()
  assert.equal(frontier.root().toString('hex'), roots[0])
  for (const [at, input] of inputs.entries()) {
    frontier.append(hashLeaf(Buffer.from(input, 'hex')))
    assert.equal(frontier.root().toString('hex'), roots[at + 1], `${at + 1} leaves`)
  }
})

test('a tree grown leaf by leaf has the root of the definition, and so has one taken up again', () => {
  fc.assert(
    fc.property(size, size, (total, at) => {
      const first = grown(LEAVES.slice(0, Math.min(at, total))).frontier
      const second = new Frontier(first.size, first.hashes)
      for (const leaf of LEAVES.slice(first.size, total)) second.append(leaf)
      assert.deepEqual(second.root(), treeHash(LEAVES.slice(0, total)))
    }),
    { numRuns: 60 },
  )
  assert.deepEqual(leafHash(Buffer.from('leaf 0')), LEAVES[0])
})

test('a frontier that does not fit its size is refused', () => {
  assert.throws(() => new Frontier(3, [LEAVES[0]!]), RangeError)
  assert.throws(() => new Frontier(0, [LEAVES[0]!]), RangeError)
})

test('every leaf is proved to be in its tree, by no more hashes than the tree is high, and nothing else is', () => {
  fc.assert(
    fc.property(size, fc.nat(), fc.nat(), (total, pick, other) => {
      const index = pick % total
      const path = inclusionRanges(index, total).map(of)
      const root = treeHash(LEAVES.slice(0, total))
      assert.ok(path.length <= Math.ceil(Math.log2(total)))
      assert.deepEqual(rootFromInclusion(index, total, LEAVES[index]!, path), root)
      const wrong = LEAVES[600 + (other % 600)]!
      assert.notDeepEqual(rootFromInclusion(index, total, wrong, path), root)
    }),
    { numRuns: 100 },
  )
})

test('a proof in a tree of a million leaves takes 20 hashes at most', () => {
  for (const index of [0, 1, 499_999, 999_998, 999_999])
    assert.ok(inclusionRanges(index, 1_000_000).length <= 20)
})

test('any node of the tree is hashed from the stored levels, 255 rows of each at most', () => {
  const { completed } = grown(LEAVES)
  const stored = new Map(completed.map(({ level, index, hash }) => [`${level} ${index}`, hash]))
  const ranges = [1, 255, 256, 257, 512, 777, 1_023, 1_280, 1_500].flatMap((total) => [
    { start: 0, end: total },
    ...[0, 255, 256, total - 1].filter((index) => index < total).flatMap((i) => inclusionRanges(i, total)),
    { start: 0, end: Math.ceil(total / 3) },
  ])
  for (const range of ranges) {
    const frontier = new Frontier()
    for (const { level, from, to } of storedRuns(range)) {
      assert.ok(to - from <= 255, `${to - from} rows`)
      assert.equal(level % STORED_STEP, 0)
      for (let index = from; index < to; index += 1)
        frontier.push(level, level === 0 ? LEAVES[index]! : stored.get(`${level} ${index}`)!)
    }
    assert.deepEqual(frontier.root(), of(range), JSON.stringify(range))
  }
})
