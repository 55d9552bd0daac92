import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { decodeT6 } from '@answerback/protocol/t4/t6'
import { linePages, type OurEndpoint, ourAnswerer, ourCaller } from './our-endpoint.ts'
import { needsSpandsp } from './spandsp/build.ts'
import { chartPage } from './spandsp/chart-page.ts'
import { pageDifferences, pagesToTiff, tiffToPages } from './spandsp/page-tiff.ts'
import { UdpPeer } from './spandsp/udp-peer.ts'

const limits = { skip: needsSpandsp(), timeout: 20_000 }
const pages = [chartPage({ rows: 300 }), chartPage({ rows: 200, seed: 2 })]
/** A call of half a minute in three seconds. */
const clockFactor = 10
const HOST = '127.0.0.1'

interface Wire {
  readonly port: number
  /** Speaks to the far end until the call is over. @param farPort unknown: where the first datagram comes from */
  run(ours: OurEndpoint, farPort?: number): Promise<void>
  close(): void
}

async function openWire(): Promise<Wire> {
  const socket = createSocket('udp4').bind(0, HOST)
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    close: () => socket.close(),
    run: (ours, farPort) =>
      new Promise((resolve) => {
        let to = farPort
        let timer: NodeJS.Timeout | undefined
        const startMs = performance.now()
        const nowMs = () => (performance.now() - startMs) * clockFactor
        const act = () => {
          const atMs = nowMs()
          const datagrams = ours.advance(atMs)
          if (to !== undefined) for (const octets of datagrams) socket.send(octets, to, HOST)
          clearTimeout(timer)
          if (!ours.isActive) return resolve()
          // With no deadline of its own it waits for the far end.
          if (ours.wakeMs < Number.POSITIVE_INFINITY)
            timer = setTimeout(act, Math.max(0, ours.wakeMs - atMs) / clockFactor)
        }
        socket.on('message', (octets, from) => {
          to ??= from.port
          ours.receive(octets, nowMs())
          act()
        })
        act()
      }),
  }
}

for (const ecm of [true, false]) {
  const how = ecm ? 'with ECM' : 'without ECM'

  test(`we call a process of libspandsp over UDP, ${how}, pixel for pixel`, limits, async () => {
    const answerer = await UdpPeer.start({ role: 'answerer', ecm, clockFactor, limitSeconds: 120 })
    const wire = await openWire()
    try {
      const ours = ourCaller(linePages(pages), { ecm })
      await wire.run(ours, answerer.port)
      const received = await answerer.done
      assert.equal(ours.end?.result, 'ok')
      assert.equal(ours.end.settings?.ecm, ecm)
      assert.equal(received.completion.text, 'OK')
      assert.deepEqual(pageDifferences(pages, tiffToPages(received.receivedTiff)), [])
    } finally {
      answerer.kill()
      wire.close()
    }
  })

  test(`a process of libspandsp calls us over UDP, ${how}, pixel for pixel`, limits, async () => {
    const wire = await openWire()
    const tiff = pagesToTiff(pages)
    const ours = ourAnswerer({ ecm })
    const done = wire.run(ours)
    const caller = await UdpPeer.start({
      role: 'caller',
      tiff,
      ecm,
      clockFactor,
      limitSeconds: 120,
      remotePort: wire.port,
    })
    try {
      const [sent] = await Promise.all([caller.done, done])
      assert.equal(ours.end?.result, 'ok')
      assert.equal(ours.end.settings?.ecm, ecm)
      assert.equal(sent.completion.text, 'OK')
      const received = ours.pages.map(({ t6, width, rows }) => decodeT6(t6, { width, rowsMax: rows }))
      assert.deepEqual(pageDifferences(pages, received), [])
    } finally {
      caller.kill()
      wire.close()
    }
  })
}
