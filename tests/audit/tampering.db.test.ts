import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLines } from '../../packages/cli/src/audit-verify/read-lines.ts'
import type { Verdict } from '../../packages/cli/src/audit-verify/verdict.ts'
import { verifyExport } from '../../packages/cli/src/audit-verify/verify-export.ts'
import { auditedServer, fill } from './audited-server.ts'
import { type Tampering, tamper } from './tamperings.ts'

/** `ANSWERBACK_TAMPERINGS=10000` for the campaign of record. */
const COUNT = Number(process.env.ANSWERBACK_TAMPERINGS ?? 300)
const SEED = Number(process.env.ANSWERBACK_SEED ?? 20_260_102)

const server = await auditedServer()
const { scope } = await fill(server)
const intact = (await server.exported(await server.makeKey(scope))).match(/[^\n]*\n/g)!
const key = JSON.parse(intact[0]!).verifierKey

test(`of ${COUNT} random edits, deletions, swaps, repetitions and cuts every one is found, and where it was made`, async (t) => {
  const below = seeded(SEED)
  let narrow = 0
  for (let index = 0; index < COUNT; index += 1) {
    const tampering = tamper(intact, below)
    const verdict = await verified(tampering.bytes)
    assert.ok(!verdict.isIntact, `${index}: ${tampering.what} was not found`)
    const told = JSON.stringify(verdict.findings.slice(0, 5))
    assert.ok(isLocated(verdict, tampering), `${index}: ${tampering.what}, but found ${told}`)
    if (isNamed(verdict, tampering)) narrow += 1
  }
  // The others are hashes of other accounts' leaves, and leaves whose hash was made anew: a range is named for them.
  t.diagnostic(`${narrow} of ${COUNT} named to the line or the leaf`)
  assert.ok(narrow > 0.6 * COUNT)
})

test('the intact export is intact, again and again', async () => {
  for (let index = 0; index < 3; index += 1)
    assert.ok((await verified(Buffer.from(intact.join('')))).isIntact)
})

function verified(bytes: Buffer): Promise<Verdict> {
  return verifyExport(readLines(whole(bytes)), { key })
}

async function* whole(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

/** One of what was found names a line or a leaf that was touched, or a range of fewer than 256 leaves around it. */
function isLocated({ findings }: Verdict, { lines, leaves }: Tampering): boolean {
  return findings.some(
    ({ line, leaf, lastLeaf, code }) =>
      (line !== null && lines.includes(line)) ||
      (leaf !== null && leaves.some((each) => each >= leaf && each <= (lastLeaf ?? leaf))) ||
      // A checkpoint that was taken away is missed at the next one, or at the end.
      (code === 'checkpoint_missing' && line !== null && line >= lines[0]!),
  )
}

function isNamed({ findings }: Verdict, { lines, leaves }: Tampering): boolean {
  return findings.some(
    ({ line, leaf, lastLeaf }) =>
      (line !== null && lines.includes(line)) ||
      (leaf !== null && (lastLeaf ?? leaf) === leaf && leaves.includes(leaf)),
  )
}

/** Mulberry32: the same campaign for the same seed. */
function seeded(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit)
  }
}
