import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { parseUdptl, UdptlReceiver } from '@answerback/protocol/t38/udptl'
import { needsSpandsp } from './build.ts'
import { chartPage } from './chart-page.ts'
import { pageDifferences, pagesToTiff, tiffToPages } from './page-tiff.ts'
import { type UdpOptions, UdpPeer } from './udp-peer.ts'

const skip = needsSpandsp()
const pages = [chartPage({ rows: 300 })]
const tiff = pagesToTiff(pages)
/** A call of 20 s in two. */
const clockFactor = 10

test('a page goes from process to process over UDP', { skip }, async () => {
  const answerer = await UdpPeer.start({ role: 'answerer', clockFactor })
  const caller = await UdpPeer.start({ role: 'caller', tiff, remotePort: answerer.port, clockFactor })
  const [sent, received] = await Promise.all([caller.done, answerer.done])
  assert.equal(sent.completion.text, 'OK')
  assert.equal(received.completion.text, 'OK')
  assert.deepEqual(pageDifferences(pages, tiffToPages(received.receivedTiff)), [])
})

test('its FEC restores what our receiver misses', { skip }, async () => {
  const datagrams = await callThroughRelay({ fec: { span: 3, entries: 2 } })
  const packets = new Map(
    datagrams.map((octets) => [(octets[0]! << 8) | octets[1]!, parseUdptl(octets).primary]),
  )
  assert.ok(datagrams.some((octets) => parseUdptl(octets).recovery.kind === 'fec'))
  const receiver = new UdptlReceiver()
  const taken = datagrams.flatMap((octets, index) => {
    const isLost = index > 10 && ((octets[0]! << 8) | octets[1]!) % 9 === 5
    return isLost ? [] : receiver.push(octets, index)
  })
  assert.ok(receiver.counts.recovered >= 5, `${receiver.counts.recovered} restored`)
  for (const item of taken) {
    if (item.kind === 'gap') continue
    // Parity does not tell how long a packet was: zeros may follow a restored one.
    const sent = packets.get(item.sequence)!
    assert.deepEqual(item.octets.subarray(0, sent.length), sent)
    assert.ok(item.octets.subarray(sent.length).every((octet) => octet === 0))
  }
})

test('a far end that nobody calls hangs up at its limit', { skip }, async () => {
  const lonely = await UdpPeer.start({ role: 'answerer', clockFactor, limitSeconds: 2 })
  const { completion, receivedTiff } = await lonely.done
  assert.equal(completion.text, 'The call dropped prematurely')
  assert.equal(receivedTiff, undefined)
})

test('a port that is taken is told', { skip }, async () => {
  const first = await UdpPeer.start({ role: 'answerer', limitSeconds: 1, clockFactor })
  await assert.rejects(UdpPeer.start({ role: 'answerer', localPort: first.port }), /cannot listen/)
  first.kill()
  await assert.rejects(first.done, /died/)
})

/** What a caller of these options sends in a call, as it passes a relay. */
async function callThroughRelay(options: UdpOptions): Promise<Uint8Array[]> {
  const relay = createSocket('udp4').bind(0, '127.0.0.1')
  await once(relay, 'listening')
  const answerer = await UdpPeer.start({ role: 'answerer', clockFactor, remotePort: relay.address().port })
  const datagrams: Uint8Array[] = []
  let callerPort = 0
  relay.on('message', (octets, { port }) => {
    const isFromCaller = port !== answerer.port
    if (isFromCaller) {
      callerPort = port
      datagrams.push(Uint8Array.from(octets))
    }
    const to = isFromCaller ? answerer.port : callerPort
    if (to !== 0) relay.send(octets, to, '127.0.0.1')
  })
  const remotePort = relay.address().port
  const caller = await UdpPeer.start({ role: 'caller', tiff, clockFactor, remotePort, ...options })
  const [sent, received] = await Promise.all([caller.done, answerer.done])
  relay.close()
  assert.equal(sent.completion.text, 'OK')
  assert.equal(received.completion.text, 'OK')
  return datagrams
}
