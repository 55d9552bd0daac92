import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { UserAgentEvent } from '@answerback/protocol/sip/agent/events'
import { UserAgent } from '@answerback/protocol/sip/agent/user-agent'
import { AUDIO, takesEverything } from './agents.ts'
import { HASHES } from './hashes.ts'

const HOST = '127.0.0.1'
const skip = spawnSync('sipp', ['-v']).error === undefined ? false : 'sipp is not installed'

type Reaction = (event: UserAgentEvent, agent: UserAgent, nowMs: number) => void

/** A user agent on a real socket and the real clock, for as long as one test. */
class Endpoint {
  readonly agent: UserAgent
  readonly events: UserAgentEvent[] = []
  readonly #socket: Socket
  readonly #react: Reaction
  #timer: NodeJS.Timeout | undefined

  static async open(react: Reaction): Promise<Endpoint> {
    const socket = createSocket('udp4')
    socket.bind(0, HOST)
    await once(socket, 'listening')
    return new Endpoint(socket, react)
  }

  private constructor(socket: Socket, react: Reaction) {
    this.#socket = socket
    this.#react = react
    const { port } = socket.address()
    this.agent = new UserAgent({
      addresses: { udp: { host: HOST, port } },
      entropy: randomBytes,
      hashes: HASHES,
    })
    socket.on('message', (bytes, { address, port: from }) => {
      this.agent.receive(bytes, { transport: 'udp', host: address, port: from }, performance.now())
      this.pump()
    })
  }

  get port(): number {
    return this.#socket.address().port
  }

  pump(): void {
    for (;;) {
      const effects = this.agent.takeEffects()
      if (effects.length === 0) break
      for (const effect of effects) {
        if (effect.kind === 'send') this.#socket.send(effect.bytes, effect.to.port, effect.to.host)
        else {
          this.events.push(effect)
          this.#react(effect, this.agent, performance.now())
        }
      }
    }
    clearTimeout(this.#timer)
    const waitMs = Math.min(this.agent.wakeMs - performance.now(), 60_000)
    this.#timer = setTimeout(
      () => {
        this.agent.advance(performance.now())
        this.pump()
      },
      Math.max(waitMs, 0),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer)
    this.#socket.close()
  }
}

/** Runs sipp for one call and gives its exit status: 0 when the whole scenario went as written. */
async function sipp(port: number, ...options: string[]): Promise<number> {
  const always = ['-i', HOST, '-p', String(port), '-m', '1', '-nostdin', '-timeout', '15', '-timeout_error']
  const child = spawn('sipp', [...always, ...options], { stdio: 'ignore' })
  const [status] = await once(child, 'exit')
  return status as number
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, HOST)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

/** Calls sipp, waits for an event, hangs up, and expects both sides to be content. */
async function callSipp(
  scenario: readonly string[],
  hangsUpOn: 'answered' | 'media_changed',
): Promise<UserAgentEvent[]> {
  const port = await freePort()
  await using endpoint = await Endpoint.open((event, agent, nowMs) => {
    takesEverything(event, agent, nowMs)
    if (event.kind === hangsUpOn) agent.hangUp(event.callId, nowMs, 16)
  })
  const finished = sipp(port, ...scenario)
  const address = { transport: 'udp', host: HOST, port } as const
  endpoint.agent.addTrunk({ id: 'trunk', address, domain: HOST, user: 'clinic' }, performance.now())
  endpoint.agent.placeCall({ trunkId: 'trunk', to: '100', from: '101', media: AUDIO }, performance.now())
  endpoint.pump()
  assert.equal(await finished, 0)
  return endpoint.events
}

describe('With sipp at the other end', { skip }, () => {
  it('a call of ours is answered, and hung up', async () => {
    const events = await callSipp(['-sn', 'uas'], 'answered')
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['progress', 'answered', 'ended'],
    )
  })

  it('a gateway that offers T.38 gets it', async () => {
    const scenario = fileURLToPath(new URL('sipp/offers-t38.xml', import.meta.url))
    const events = await callSipp(['-sf', scenario], 'media_changed')
    const changed = events.find((event) => event.kind === 'media_changed')
    assert.deepEqual(changed?.kind === 'media_changed' && [changed.media.kind, changed.media.port], [
      't38',
      30_002,
    ])
  })

  it('a call to us is answered and cleared by the caller', async () => {
    await using endpoint = await Endpoint.open(takesEverything)
    assert.equal(await sipp(await freePort(), '-sn', 'uac', `${HOST}:${endpoint.port}`), 0)
    assert.deepEqual(
      endpoint.events.map(({ kind }) => kind),
      ['incoming_call', 'answered', 'ended'],
    )
  })
})
