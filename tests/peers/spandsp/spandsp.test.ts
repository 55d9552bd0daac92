import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseFrame } from '@answerback/protocol/t30/frame'
import { needsSpandsp } from './build.ts'
import { chartPage } from './chart-page.ts'
import type { SpandspSetting } from './options.ts'
import { pagesToTiff } from './page-tiff.ts'
import { SpandspPeer } from './peer.ts'
import { spandspFax, type TestCall } from './test-call.ts'

const skip = needsSpandsp()
const page = chartPage()
let peer: SpandspPeer

before(() => {
  if (skip === false) peer = new SpandspPeer()
})
after(() => peer?.stop())

/** Both ends say OK and the pixels are the same. */
function fax(test: Partial<TestCall>) {
  const outcome = spandspFax(peer, { pages: [page], ...test })
  assert.equal(outcome.caller?.text, 'OK')
  assert.equal(outcome.answerer?.text, 'OK')
  assert.deepEqual(outcome.differences, [])
  return outcome
}

test('each coding goes through, with and without ECM', { skip }, () => {
  for (const [compressions, ecm, seen] of [
    [['MH'], true, 'MH'],
    [['MH'], false, 'MH'],
    [['MH', 'MR'], true, 'MR'],
    [['MH', 'MR'], false, 'MR'],
    [['MH', 'MR', 'MMR'], true, 'MMR'],
    // T.30 table 2, note 9: T.6 only with ECM.
    [['MH', 'MR', 'MMR'], false, 'MR'],
  ] as const) {
    const { pages } = fax({ both: { compressions, ecm } })
    assert.deepEqual(
      pages.map((each) => [each.compression, each.isEcm]),
      [[seen, ecm]],
    )
  }
})

test('each modem goes through at its fastest rate, the slower the longer', { skip }, () => {
  const calls = (['V.17', 'V.29', 'V.27ter'] as const).map((fastestModem) =>
    fax({ answerer: { fastestModem } }),
  )
  assert.deepEqual(
    calls.map((call) => call.pages[0]?.bitRate),
    [14_400, 9600, 4800],
  )
  const times = calls.map((call) => call.elapsedMs)
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  )
})

test('each version of T.38 goes through', { skip }, () => {
  for (const version of [0, 1, 2, 3] as const) fax({ both: { version } })
})

test('each resolution and width goes through', { skip }, () => {
  const resolutions = ['standard', 'fine', 'superfine', 'R8', 'R16', '300x300', '400x400'] as const
  for (const [resolution, width] of [
    ['standard', 1728],
    ['superfine', 1728],
    ['fine', 2048],
    ['fine', 2432],
    ['300x300', 2592],
    ['400x400', 3456],
  ] as const) {
    fax({ pages: [chartPage({ width, rows: 1100 })], resolution, both: { resolutions } })
  }
})

test('several pages arrive in their order, in one call', { skip }, () => {
  const pages = [1, 2, 3].map((seed) => chartPage({ seed, rows: 400 * seed }))
  assert.equal(fax({ pages }).answerer?.statistics.pagesReceived, 3)
  assert.equal(fax({ pages, both: { ecm: false } }).answerer?.statistics.pagesReceived, 3)
})

test('the last page to be sent can be named', { skip }, () => {
  const pages = [1, 2, 3].map((seed) => chartPage({ seed, rows: 400 }))
  const { differences, caller } = spandspFax(peer, { pages, caller: { stopPage: 1 } })
  assert.equal(caller?.statistics.pagesSent, 2)
  assert.deepEqual(differences, ['page 3 is missing'])
})

test('a receiver that is not ready makes a call longer, and lose nothing', { skip }, () => {
  const [ready, busy] = [fax({}), fax({ answerer: { receiverNotReady: 3 } })]
  assert.ok(busy.elapsedMs > ready.elapsedMs + 3000, `${busy.elapsedMs} ms after ${ready.elapsedMs} ms`)
})

test('a slow printer gets its minimum scan line time', { skip }, () => {
  const rows = 600
  const setting: SpandspSetting = { minScanLineMs: 40 }
  const { elapsedMs } = fax({ pages: [chartPage({ rows })], both: { ecm: false }, answerer: setting })
  // T.30 table 2: at 200 lines an inch a machine of 40 ms may ask for the half.
  assert.ok(elapsedMs > rows * 20, `${elapsedMs} ms`)
})

test('without pacing a call takes no time', { skip }, () => {
  assert.ok(fax({ both: { pacing: false } }).elapsedMs < 1000)
})

test('redundancy makes up for lost datagrams, FEC too', { skip }, () => {
  for (const seed of [1, 2, 3]) {
    fax({ lossPercent: 5, seed })
    fax({ lossPercent: 20, seed })
    fax({ lossPercent: 5, seed, errorCorrection: { kind: 'fec', span: 3, entries: 3 } })
  }
})

test('the same seed is the same call', { skip }, () => {
  const lossy = { lossPercent: 20, seed: 7 }
  const [first, second] = [fax(lossy), fax(lossy)]
  assert.deepEqual(first.events, second.events)
})

test('loss without redundancy and ECM damages pages that the library calls OK, and the comparison sees it', {
  skip,
}, () => {
  const { answerer, differences } = spandspFax(peer, {
    pages: [page],
    both: { ecm: false },
    errorCorrection: { kind: 'none' },
    lossPercent: 2,
    seed: 5,
  })
  assert.equal(answerer?.text, 'OK')
  assert.equal(differences.length, 1)
})

test('ident, subaddress and NSF reach the other side', { skip }, () => {
  const { caller, answerer } = fax({
    caller: { ident: '+1 202 555 0101', subAddress: '4711' },
    answerer: { ident: '+1 202 555 0102', nsf: Uint8Array.of(0xad, 0x00, 0x55, 0x01) },
  })
  assert.equal(caller?.remoteIdent, '+1 202 555 0102')
  assert.deepEqual(caller?.remoteNsf, Uint8Array.of(0xad, 0x00, 0x55, 0x01))
  assert.equal(answerer?.remoteIdent, '+1 202 555 0101')
  assert.equal(answerer?.remoteSubAddress, '4711')
})

test('the frames of a call are told in their order, as on the wire', { skip }, () => {
  const { events } = fax({ caller: { ident: '1' }, answerer: { ident: '2' } })
  const frames = events.flatMap((event) => (event.kind === 'frame' ? [event] : []))
  const names = frames.flatMap(({ octets, direction }) => {
    const { field } = parseFrame(octets)
    return field === 'FCD' || field === 'RCP' ? [] : [`${direction} ${field}`]
  })
  const wanted = [
    'sent CSI',
    'sent DIS',
    'received TSI',
    'received DCS',
    'sent CFR',
    'received PPS',
    'sent MCF',
  ]
  assert.deepEqual(names, [...wanted, 'received DCN'])
})

test('a call that is hung up ends as dropped, and without a page', { skip }, () => {
  const call = peer.call({ role: 'answerer' })
  call.advance(8000)
  const [end] = call.hangUp()
  assert.equal(end?.kind === 'phase-e' && end.completion.text, 'The call dropped prematurely')
  assert.equal(call.isActive, false)
  assert.equal(call.receivedTiff(), undefined)
  call.close()
})

test('a caller that hears nothing gives up by itself', { skip }, () => {
  const call = peer.call({ role: 'caller', tiff: pagesToTiff([page]) })
  call.advance(8000 * 120)
  assert.equal(call.isActive, false)
  assert.notEqual(call.completion?.code, 0)
  call.close()
})

test('two calls inside the process talk as two outside do', { skip }, () => {
  const caller = peer.call({ role: 'caller', tiff: pagesToTiff([page]) })
  const answerer = peer.call({ role: 'answerer' })
  caller.talkTo(answerer, 8000 * 120)
  assert.equal(caller.completion?.code, 0)
  assert.ok(Math.abs(caller.now / 8 - fax({}).elapsedMs) < 100)
  assert.ok(peer.cpuMs() > 0)
  caller.close()
  answerer.close()
})

test('an option that is not known is named', { skip }, () => {
  assert.throws(() => peer.call({ role: 'answerer', ident: 'two\nlines' }), /ident/)
  assert.throws(() => peer.call({ role: 'answerer', minScanLineMs: 1.5 as 5 }), /minScanMs/)
})

test('a far end that dies is an error, not a hang', { skip }, () => {
  const doomed = new SpandspPeer()
  const call = doomed.call({ role: 'answerer' })
  call.close()
  assert.throws(() => call.advance(160), /died/)
  doomed.stop()
})
