/** Small files that stand for very many pixels, each through a pool in a process of its own. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { writeTiff } from '@answerback/imaging/tiff/write-tiff'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import sharp, { type Sharp } from 'sharp'

const WALL_MS_MAX = 5_000
const RSS_MIB_MAX = 400
const DRAW_ONE = fileURLToPath(import.meta.resolve('./draw-one.ts'))

function flat(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#345' } })
}

/** How drawing the document ended; what it took is held to the bounds. */
function outcome(bytes: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'bombs-'))
  try {
    const path = join(folder, 'document')
    writeFileSync(path, bytes)
    const printed = execFileSync(process.execPath, [DRAW_ONE, path], { encoding: 'utf8' })
    const { outcome, wallMs, rssMib, workersLost } = JSON.parse(printed)
    assert.ok(wallMs < WALL_MS_MAX, `${wallMs} ms`)
    assert.ok(rssMib < RSS_MIB_MAX, `${rssMib} MiB`)
    assert.equal(workersLost, 0)
    return outcome
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a one-bit TIFF of 100 million pixels in 1.5 kB is drawn within its bounds', () => {
  const [width, rows] = [9_999, 10_000]
  const t6 = encodeT6(createBitmap(width, rows))
  assert.equal(outcome(writeTiff([{ width, rows, resolution: 'fine', kind: 'bilevel', t6 }])), 'drawn')
})

test('a JPEG of 90 million pixels is drawn within its bounds', async () => {
  assert.equal(outcome(await flat(9_500, 9_500).jpeg().toBuffer()), 'drawn')
})

test('an interlaced PNG, which is held whole, is drawn up to 40 million pixels', async () => {
  assert.equal(outcome(await flat(6_300, 6_300).png({ progressive: true }).toBuffer()), 'drawn')
})
