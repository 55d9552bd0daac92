import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { FaxCallOutcome, FaxCallProfile } from '@answerback/protocol/fax-call/fax-call-types'
import type { Credentials } from '@answerback/protocol/sip/auth/digest'
import { engineSettings, TestEngine, testPages } from './engine-pair.ts'

const HOST = '127.0.0.1'
const skip = spawnSync('sipp', ['-v']).error ? 'needs sipp' : false

/** Runs sipp for one call and gives its exit status: 0 when the whole scenario went as written. */
async function sipp(port: number, ...options: string[]): Promise<number> {
  const always = ['-i', HOST, '-p', String(port), '-m', '1', '-nostdin', '-timeout', '15', '-timeout_error']
  const child = spawn('sipp', [...always, ...options], { stdio: 'ignore' })
  const [status] = await once(child, 'exit')
  return status as number
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, HOST)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

async function withEngine<T>(run: (engine: TestEngine) => Promise<T>): Promise<T> {
  const test = await TestEngine.open(engineSettings({ firstPort: 35_200, lastPort: 35_998 }))
  try {
    const result = await run(test)
    assert.equal(test.engine.callCount, 0)
    return result
  } finally {
    test.engine.close()
  }
}

interface Placing {
  readonly profile?: Partial<FaxCallProfile>
  readonly credentials?: Credentials
}

/** How a call of ours ends with sipp as the carrier; sipp must be content too. */
function callSipp(scenario: string, { profile, credentials }: Placing = {}): Promise<FaxCallOutcome> {
  return withEngine(async (test) => {
    const port = await freePort()
    const file = fileURLToPath(new URL(`sipp/${scenario}.xml`, import.meta.url))
    const finished = sipp(port, '-sf', file)
    const address = { transport: 'udp', host: HOST, port } as const
    const trunk = { id: 'trk_test', address, domain: HOST, user: 'fax', ...(credentials && { credentials }) }
    test.engine.take({ kind: 'set_trunk', trunk })
    test.place('att_1', testPages(1), profile)
    const { outcome } = await test.end('att_1')
    assert.equal(await finished, 0, JSON.stringify(outcome))
    return outcome
  })
}

describe('With sipp as the carrier', { skip, concurrency: true, timeout: 30_000 }, () => {
  it('a busy line is told with its status and cause', async () => {
    const outcome = await callSipp('busy')
    assert.deepEqual(outcome, { kind: 'not_answered', status: 486, q850Cause: 17, cause: 'busy' })
  })

  it('T.38 refused with 488 ends the call within seconds, and says so', async () => {
    const startMs = performance.now()
    const outcome = await callSipp('refuses-t38', { profile: { t38: 'offer' } })
    assert.ok(outcome.kind === 'no_t38', JSON.stringify(outcome))
    assert.equal(outcome.refusedWith, 488)
    assert.ok(performance.now() - startMs < 10_000)
  })

  it('a call is placed again with the password the carrier asks for', async () => {
    const outcome = await callSipp('challenges', { credentials: { username: 'clinic', password: 'zebra' } })
    assert.ok(outcome.kind === 'not_answered')
    assert.equal(outcome.status, 486)
  })

  it('a wrong password ends the call with the carrier’s refusal', async () => {
    const outcome = await callSipp('challenges', { credentials: { username: 'clinic', password: 'lion' } })
    assert.ok(outcome.kind === 'not_answered')
    assert.equal(outcome.status, 403)
  })

  it('a caller who hangs up before T.38 leaves no call and no page', async () => {
    await withEngine(async (test) => {
      const called = `${HOST}:${test.ports.udp}`
      assert.equal(await sipp(await freePort(), '-sn', 'uac', '-d', '500', called), 0)
      const { outcome } = await test.incomingEnd()
      assert.ok(outcome.kind === 'dropped', JSON.stringify(outcome))
      assert.deepEqual(test.pages, [])
    })
  })
})
