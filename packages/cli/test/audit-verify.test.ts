import assert from 'node:assert/strict'
import { generateKeyPairSync, hash, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { ClockCheck } from '../src/audit-verify/clock-check.ts'
import { describeVerdict } from '../src/audit-verify/describe-verdict.ts'
import { parseExportLine } from '../src/audit-verify/export-line.ts'
import { HashTree, leafHashOf } from '../src/audit-verify/hash-tree.ts'
import { readKeptCheckpoints } from '../src/audit-verify/kept-checkpoints.ts'
import { type Entry, leafText } from '../src/audit-verify/leaf-text.ts'
import { readLines } from '../src/audit-verify/read-lines.ts'
import { parseVerifierKey } from '../src/audit-verify/signed-note.ts'
import { verifyExport } from '../src/audit-verify/verify-export.ts'

/** A log written by hand: an entry a minute, each the account's own, a checkpoint after every tenth. */
const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const NAME = 'answerback.audit/test'
const typed = Buffer.concat([Buffer.of(1), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)])
const id = hash('sha256', Buffer.concat([Buffer.from(`${NAME}\n`), typed]), 'buffer').subarray(0, 4)
const KEY = `${NAME}+${id.toString('hex')}+${typed.toString('base64')}`
const START_MS = Date.UTC(2026, 0, 2)

interface Story {
  readonly leaves: number
  /** What the clock of the server was ahead of the true time by, in minutes, at an entry. */
  readonly clock?: (index: number) => number
  /** From here on another story was written. */
  readonly forkedAt?: number
  /** Whether the last entry is about the export. */
  readonly isExported?: boolean
}

function write({ leaves, clock = () => 0, forkedAt = leaves, isExported = true }: Story) {
  const lines: object[] = [
    { format: 'answerback-audit/1', log: NAME, verifierKey: KEY, account: 'acc_1', mode: 'test', leaves },
  ]
  const notes: string[] = []
  const tree = new HashTree()
  const action = (index: number) => {
    if (index + 1 === leaves && isExported) return 'audit.exported'
    return index < forkedAt ? 'fax.accepted' : 'fax.rewritten'
  }
  const time = (index: number) => new Date(START_MS + (index + clock(index)) * 60_000).toISOString()
  for (let index = 0; index < leaves; index += 1) {
    const entry = {
      ...{ position: index + 1, account: 'acc_1', mode: 'test', at: time(index) },
      actor: { kind: 'key', id: 'key_1', requestId: null },
      ...{ action: action(index), subject: `fax_${index}` },
      ...{ detail: {}, salt: '00000000-0000-4000-8000-000000000000', parties: null },
    }
    const previous = index === 0 ? null : index - 1
    const leaf = leafHashOf(leafText(entry, previous))
    tree.add(leaf)
    lines.push({ leaf: index, hash: leaf.toString('base64'), previous, entry })
    if ((index + 1) % 10 !== 0 && index + 1 !== leaves) continue
    const text = `${NAME}\n${index + 1}\n${tree.root().toString('base64')}\ntime ${time(index)}\n`
    const blob = Buffer.concat([id, sign(null, Buffer.from(text), privateKey)])
    notes.push(`${text}\n\u2014 ${NAME} ${blob.toString('base64')}\n`)
    lines.push({ checkpoint: notes.length, note: notes.at(-1) })
  }
  lines.push({ end: { leaves, own: leaves, checkpoints: notes.length } })
  return { text: lines.map((line) => `${JSON.stringify(line)}\n`).join(''), notes }
}

async function* chunks(text: string, size = 1 << 16): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function kept(notes: readonly string[]) {
  const text = notes.map((note) => `${JSON.stringify({ note })}\n`).join('')
  return readKeptCheckpoints(readLines(chunks(text)), parseVerifierKey(KEY)!)
}

const verify = async (story: Story, notes: readonly string[] = []) =>
  verifyExport(readLines(chunks(write(story).text)), { key: KEY, kept: (await kept(notes)).checkpoints })

test('a log is intact, and so it is against the checkpoints that were kept of it', async () => {
  const { notes } = write({ leaves: 45 })
  const verdict = await verify({ leaves: 45 }, notes)
  assert.deepEqual(verdict.findings, [])
  assert.deepEqual([verdict.signedSize, verdict.checkpointCount, verdict.ownCount], [45, 5, 45])
})

test('a log that went back to an older state is intact by itself, and missed by a checkpoint that was kept', async () => {
  const { notes } = write({ leaves: 45 })
  assert.ok((await verify({ leaves: 30 })).isIntact)
  const { findings } = await verify({ leaves: 30 }, notes.slice(3))
  assert.deepEqual(
    findings.map(({ code, leaf, lastLeaf }) => [code, leaf, lastLeaf]),
    [['rolled_back', 30, 44]],
  )
})

test('a log that was rewritten and signed anew by the server’s own key is told by a checkpoint that was kept', async () => {
  const { notes } = write({ leaves: 45 })
  const forked = { leaves: 60, forkedAt: 33 }
  assert.ok((await verify(forked)).isIntact)
  const { findings } = await verify(forked, notes)
  assert.deepEqual(
    findings.map(({ code, leaf, lastLeaf }) => [code, leaf, lastLeaf]),
    [['rewritten', 30, 39]],
  )
})

test('an export without the entry about itself withholds it, and maybe others', async () => {
  const { findings } = await verify({ leaves: 30, isExported: false })
  assert.deepEqual(
    findings.map(({ code, line }) => [code, line]),
    [['entry_hidden', 35]],
  )
  assert.equal((await verify({ leaves: 30 })).exportedAt, '2026-01-02T00:29:00.000Z')
})

test('lines of kept checkpoints that hold none are told by their number', async () => {
  const { notes } = write({ leaves: 20 })
  const { checkpoints, badLines } = await kept([
    notes[0]!,
    notes[1]!.replace('\n20\n', '\n21\n'),
    '',
    notes[0]!,
  ])
  assert.deepEqual(
    checkpoints.map(({ size }) => size),
    [10],
  )
  assert.deepEqual(badLines, [2, 3])
})

test('a clock that was set back is told at the entry where it shows, once', async () => {
  const verdict = await verify({ leaves: 40, clock: (index) => (index < 25 ? 0 : -60) })
  assert.ok(verdict.isIntact)
  assert.deepEqual(
    verdict.warnings.map(({ leaf, position }) => [leaf, position]),
    [[25, 26]],
  )
})

test('a clock that was ahead for one entry is told once, and minutes of jitter are not', async () => {
  const verdict = await verify({ leaves: 40, clock: (index) => (index === 24 ? 300 : 0) })
  // It was dated after its checkpoint; what follows was not set back.
  assert.deepEqual(
    verdict.warnings.map(({ leaf }) => leaf),
    [25],
  )
  const jitter = (index: number) => (index % 3 === 0 ? -2 : 0)
  assert.deepEqual((await verify({ leaves: 40, clock: jitter })).warnings, [])
  const last = await verify({ leaves: 40, clock: (index) => (index === 38 ? 300 : 0) })
  assert.deepEqual(
    last.warnings.map(({ leaf }) => leaf),
    [39],
  )
})

test('an entry that is dated after it was signed is told', () => {
  const clock = new ClockCheck()
  const at = (minute: number) => START_MS + minute * 60_000
  const entry = (minute: number) => ({ position: 7, at: new Date(at(minute)).toISOString() }) as Entry
  clock.entry(0, entry(1))
  clock.checkpoint(1, at(2))
  clock.entry(1, entry(60))
  clock.checkpoint(2, at(3))
  clock.checkpoint(3, at(-20))
  assert.deepEqual(
    clock.warnings.map(({ leaf, position }) => [leaf, position]),
    [
      [1, 7],
      [3, null],
    ],
  )
})

test('lines are the same however the file comes in pieces', async () => {
  const { text } = write({ leaves: 12 })
  const whole = text.trimEnd().split('\n')
  for (const size of [1, 7, 100, 1 << 20]) {
    const lines: (string | undefined)[] = []
    for await (const some of readLines(chunks(text, size))) lines.push(...some.map((line) => line.text))
    assert.deepEqual(lines, whole, `${size}`)
  }
})

test('a file of another kind is asked about, and names no key of its own', async () => {
  for (const bytes of ['', '%PDF-1.7\nZebra\n']) {
    const told = describeVerdict(await verifyExport(readLines(chunks(bytes)), {}), {})
    assert.match(told, /^NOT INTACT/)
    assert.match(told, /is it the right file\?\n/)
    assert.match(told, /^key {7}unknown\n/m)
    assert.doesNotMatch(told, /of the file itself/)
  }
  assert.doesNotMatch(describeVerdict(await verify({ leaves: 3 }), {}), /right file|unknown/)
})

test('a line that is too long, or no UTF-8, is no line; what has no line break is not whole', async () => {
  const found: [number, string | undefined, boolean][] = []
  const bytes = Buffer.concat([
    Buffer.from(`${'x'.repeat(1_048_577)}\n`),
    Buffer.of(0xff, 10),
    Buffer.from('end'),
  ])
  for await (const some of readLines(parts(bytes)))
    found.push(
      ...some.map((line): [number, string | undefined, boolean] => [line.number, line.text, line.isWhole]),
    )
  assert.deepEqual(found, [
    [1, undefined, true],
    [2, undefined, true],
    [3, 'end', false],
  ])
})

async function* parts(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

test('a line of an export is read only when it is written as the export writes it', () => {
  const lines = write({ leaves: 2 }).text.trimEnd().split('\n')
  for (const line of lines) {
    assert.ok(parseExportLine(line), line)
    for (const other of [
      ` ${line}`,
      line.replace(',', ', '),
      line.replace('"', "'"),
      line.replace('}', ',"x":1}'),
    ])
      assert.equal(parseExportLine(other), undefined, other)
  }
})

test('no file makes the verifier fail otherwise than by saying what is wrong', async () => {
  const { text } = write({ leaves: 25 })
  const line = fc.oneof(
    fc.constantFrom(...text.split('\n')),
    fc.json({ maxDepth: 3 }),
    fc.string(),
    fc
      .record({ leaf: fc.nat(), hash: fc.constant('A'.repeat(43).concat('=')) })
      .map((value) => JSON.stringify(value)),
    fc
      .record({ end: fc.record({ leaves: fc.nat(), own: fc.nat(), checkpoints: fc.nat() }) })
      .map((value) => JSON.stringify(value)),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 40 }), async (lines) => {
      const verdict = await verifyExport(readLines(chunks(lines.join('\n'))), {})
      assert.ok(!verdict.isIntact && verdict.findingCount > 0)
    }),
    { numRuns: 300 },
  )
})
