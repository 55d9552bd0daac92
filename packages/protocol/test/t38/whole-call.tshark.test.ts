import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { buildAnswerer, buildCaller } from '../t30/machines.ts'
import { pcapOf } from './pcap.ts'
import { runBoth, type Side, side } from './session-pair.ts'

const skip = spawnSync('tshark', ['--version']).error ? 'needs tshark' : false
const PORT = 16_384
const PREFERENCES = ['-d', `udp.port==${PORT},t38`, '-o', 't38.use_pre_corrigendum_asn1_specification:TRUE']
/** Facsimile control fields by tshark's names for their codes (T.30 §5.3.6.1), X bit cleared as it clears it. */
const FRAMES: Readonly<Record<string, string>> = {
  1: 'DIS',
  2: 'CSI',
  33: 'CFR',
  49: 'MCF',
  61: 'PPR',
  65: 'DCS',
  66: 'TSI',
  72: 'CTC',
  88: 'CRP',
  95: 'DCN',
  114: 'MPS',
  116: 'EOP',
  125: 'PPS',
}
const CODED_DATA = '96'
const RETURN_TO_CONTROL = '97'

interface Seen {
  /** Control frames in their order, by name. */
  readonly frames: readonly string[]
  /** ECM frames of image. */
  readonly imageFrames: number
}

/** All that one side sent in a call, as a strict decoder reads it. */
function read(of: Side): Seen {
  const datagrams = withoutRepeats(of)
  const folder = mkdtempSync(join(tmpdir(), 'answerback-call-'))
  try {
    const file = join(folder, 'call.pcap')
    writeFileSync(
      file,
      pcapOf(
        datagrams.map(({ octets }) => octets),
        PORT,
      ),
    )
    const fields = ['-e', 't30.FacsimileControl', '-e', '_ws.malformed', '-e', '_ws.expert.message']
    const text = execFileSync('tshark', ['-n', '-r', file, ...PREFERENCES, '-T', 'fields', ...fields], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const rows = text
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'))
    assert.equal(rows.length, datagrams.length)
    assert.deepEqual(
      rows.filter(([, malformed, complaint]) => malformed !== '' || complaint !== ''),
      [],
    )
    const codes = rows.flatMap(([code]) => (code ? code.split(',') : []))
    const control = codes.filter((code) => code !== CODED_DATA && code !== RETURN_TO_CONTROL)
    return {
      frames: control.map((code) => FRAMES[code] ?? `field ${code}`),
      imageFrames: codes.filter((code) => code === CODED_DATA).length,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** tshark reads a datagram that was sent twice twice; a terminal goes by its number (T.38 §9.1). */
function withoutRepeats({ datagrams }: Side): Side['datagrams'] {
  return datagrams.filter(({ octets }, index) => octets !== datagrams[index - 1]?.octets)
}

/** The control frames that a side says it sent. A PPS is one frame, whatever command it holds. */
function saidToBeSent({ timeline }: Side): string[] {
  const known = new Set(Object.values(FRAMES))
  return timeline
    .filter(({ direction }) => direction === 'sent')
    .map(({ what }) => what.replace(/^PPS-.*/, 'PPS'))
    .filter((what) => known.has(what))
}

const PAGES = ['small', 'small'] as const

function call(ecm: boolean, options: Parameters<typeof side>[1], isLost?: (count: number) => boolean) {
  const caller = side(buildCaller({ pages: [...PAGES], ecm }), options)
  const answerer = side(buildAnswerer({ ecm }), options)
  runBoth(caller, answerer, undefined, isLost)
  assert.equal(caller.end?.result, 'ok')
  assert.equal(answerer.pages.length, PAGES.length)
  const seen = { caller: read(caller), answerer: read(answerer) }
  assert.deepEqual(seen.caller.frames, saidToBeSent(caller))
  assert.deepEqual(seen.answerer.frames, saidToBeSent(answerer))
  return seen
}

describe('All that is sent in a call is sound to tshark, frame by frame', { skip }, () => {
  it('with ECM', () => {
    const { caller, answerer } = call(true, {})
    assert.deepEqual(caller.frames, ['TSI', 'DCS', 'PPS', 'PPS', 'DCN'])
    assert.deepEqual(answerer.frames, ['CSI', 'DIS', 'CFR', 'MCF', 'MCF'])
    assert.ok(caller.imageFrames >= PAGES.length)
  })

  it('without ECM', () => {
    const { caller, answerer } = call(false, {})
    assert.deepEqual(caller.frames, ['TSI', 'DCS', 'MPS', 'EOP', 'DCN'])
    assert.deepEqual(answerer.frames, ['CSI', 'DIS', 'CFR', 'MCF', 'MCF'])
    assert.equal(caller.imageFrames, 0)
  })

  it('with a loss of 5 percent behind redundancy', () => {
    call(true, {}, (count) => count % 20 === 7)
  })

  it('with a packet of image lost that ECM has to make good', () => {
    // Which of the datagrams are image depends on how often the others are sent: one of these is.
    const losses = [150, 170, 190, 210, 230]
    const calls = losses.map((lost) =>
      call(true, { errorCorrection: { kind: 'none' } }, (count) => count === lost),
    )
    const repaired = calls.find(({ answerer }) => answerer.frames.includes('PPR'))
    assert.ok(repaired, 'no frame was asked for again')
    const { caller } = repaired
    assert.ok(caller.imageFrames > call(true, {}).caller.imageFrames, 'frames went out again')
  })
})
