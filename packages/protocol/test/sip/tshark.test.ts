import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { bytesOf } from '@answerback/protocol/sip/message/latin1'
import { pcapOf } from '../t38/pcap.ts'
import { AUDIO, addressOf, T38, TwoAgents, takesEverything } from './agents.ts'

const skip = spawnSync('tshark', ['--version']).error ? 'needs tshark' : false

/** Of each message: what tshark takes it for, the media it sees, and what it complains of. */
function dissect(messages: readonly string[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-sip-'))
  try {
    const file = join(folder, 'messages.pcap')
    writeFileSync(file, pcapOf(messages.map(bytesOf), 5060))
    const fields = ['sip.CSeq.method', 'sip.Status-Code', 'sdp.media', '_ws.malformed', '_ws.expert.message']
    const output = ['-T', 'fields', ...fields.flatMap((field) => ['-e', field])]
    const text = execFileSync('tshark', ['-n', '-r', file, ...output], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

it('Every message of a registered trunk and a call to T.38 is sound to tshark', { skip }, () => {
  const net = new TwoAgents()
  net.react.b = takesEverything
  net.react.a = (event, agent, nowMs) => {
    if (event.kind === 'answered') agent.offerT38(event.callId, T38, nowMs)
  }
  const address = addressOf('b')
  net.a.addTrunk(
    {
      id: 'r',
      address,
      domain: 'carrier.example',
      user: 'clinic',
      registerSeconds: 60,
      keepAliveSeconds: 30,
    },
    0,
  )
  const order = { to: '+12025550100', from: '101', displayName: 'Test Zebra', assertedIdentity: '102' }
  const callId = net.a.placeCall({ trunkId: 'trunk', ...order, media: AUDIO }, 0)!
  net.run(1_000)
  net.a.hangUp(callId, net.nowMs, 16)
  net.run(2_000)
  const seen = dissect(net.sent.map(({ text }) => text))
  assert.equal(seen.length, net.sent.length)
  assert.deepEqual(
    seen.filter(([, , , malformed, complaint]) => malformed !== '' || complaint !== ''),
    [],
  )
  const media = seen.flatMap(([method, status, sdp]) => (sdp === '' ? [] : [`${status}${method} ${sdp}`]))
  assert.deepEqual(media, [
    'INVITE audio 20000 RTP/AVP 0 8',
    '200INVITE audio 20000 RTP/AVP 0',
    'INVITE image 20002 udptl t38',
    '200INVITE image 20002 udptl t38',
  ])
})
