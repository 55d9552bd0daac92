import assert from 'node:assert/strict'
import type { UserAgentEvent } from '@answerback/protocol/sip/agent/events'
import type { UserAgent } from '@answerback/protocol/sip/agent/user-agent'
import { textOf } from '@answerback/protocol/sip/message/latin1'
import { parseMessage } from '@answerback/protocol/sip/message/parse-message'
import type { SipMessage, SipRequest } from '@answerback/protocol/sip/message/sip-message'
import type { Sdp, SipCase, Step } from '../../../../conformance/sip/case.ts'
import { DESCRIPTIONS } from '../../../../conformance/sip/descriptions.ts'
import { AUDIO, addressOf, createAgent, label, T38, trunkTo } from './agents.ts'

type PeerRequest = Extract<Step, { peer: string }>
type PeerResponse = Extract<Step, { answers: string }>

const PEER = addressOf('b')

export function sdpText(sdp: Sdp | undefined): string {
  const lines = typeof sdp === 'string' ? DESCRIPTIONS[sdp] : sdp
  assert.ok(sdp === undefined || lines !== undefined, `a description named ${sdp}`)
  return (lines ?? []).map((line) => `${line}\r\n`).join('')
}

/** Plays the steps of a case against a fresh user agent; throws at the first that differs. */
export class ScriptedPeer {
  readonly #agent: UserAgent
  #nowMs = 0
  #callId = ''
  /** What the agent said and told and no step has accounted for. */
  #said: string[] = []
  #told: UserAgentEvent[] = []
  /** The dialog as the peer sees it. */
  #sipCallId = 'case@peer'
  #agentHeader = '<sip:+12025550100@carrier.example>'
  #peerHeader = '<sip:+12025550101@carrier.example>;tag=peer'
  #cseq = 100
  #branch = 0
  #received = new Map<string, SipRequest>()
  #sent = new Map<string, string>()
  #lastSdp = ''

  constructor() {
    this.#agent = createAgent('a', 5)
    const credentials = { username: 'clinic', password: 'secret' }
    this.#agent.addTrunk(trunkTo('b', { credentials }), 0)
  }

  play({ steps }: SipCase): void {
    steps.forEach((step, i) => {
      try {
        this.#step(step)
      } catch (error) {
        const where = `step ${i + 1} ${JSON.stringify(step)}`
        if (error instanceof assert.AssertionError) assert.fail(`${where}: ${error.message}`)
        throw error
      }
    })
    assert.deepEqual(this.#said.map(label), [], 'said more')
    assert.deepEqual(this.#told, [], 'told more')
  }

  /** Ends what the case left open, to see that nothing stays behind. */
  finish(): void {
    this.#agent.hangUp(this.#callId, this.#nowMs)
    this.#agent.advance(this.#nowMs + 8 * 3_600_000)
    assert.equal(this.#agent.callCount, 0)
    assert.equal(this.#agent.wakeMs, Infinity)
  }

  #step(step: Step): void {
    if ('owner' in step) this.#act(step)
    else if ('peer' in step) this.#request(step)
    else if ('answers' in step) this.#respond(step)
    else if ('says' in step) this.#expectSaid(step)
    else if ('tells' in step) this.#expectTold(step)
    else this.#wait(step.waitMs)
    this.#collect()
  }

  #wait(forMs: number): void {
    const untilMs = this.#nowMs + forMs
    while (this.#agent.wakeMs <= untilMs) {
      this.#agent.advance(this.#agent.wakeMs)
      this.#collect()
    }
    this.#agent.advance(untilMs)
    this.#nowMs = untilMs
  }

  #act(step: Extract<Step, { owner: string }>): void {
    const media = 'media' in step && step.media === 't38' ? T38 : AUDIO
    const id = this.#callId
    switch (step.owner) {
      case 'places': {
        const order = {
          trunkId: 'trunk',
          to: '+12025550101',
          from: '+12025550100',
          media: AUDIO,
          answerWithinMs: 60_000,
        }
        this.#callId = this.#agent.placeCall(order, this.#nowMs)!
        break
      }
      case 'rings':
        assert.ok(this.#agent.ringCall(id, this.#nowMs))
        break
      case 'accepts':
        assert.ok(this.#agent.acceptCall(id, { media, trunkId: 'trunk' }, this.#nowMs))
        break
      case 'rejects':
        assert.ok(this.#agent.rejectCall(id, (step as { status?: number }).status ?? 486, this.#nowMs))
        break
      case 'hangs up':
        assert.ok(this.#agent.hangUp(id, this.#nowMs))
        break
      case 'offers T.38':
        assert.ok(this.#agent.offerT38(id, T38, this.#nowMs))
        break
      case 'accepts offer':
        assert.ok(this.#agent.acceptOffer(id, media, this.#nowMs))
        break
      case 'refuses offer':
        assert.ok(this.#agent.refuseOffer(id, (step as { status?: number }).status ?? 488, this.#nowMs))
    }
  }

  #collect(): void {
    for (const effect of this.#agent.takeEffects()) {
      if (effect.kind !== 'send') {
        this.#told.push(effect)
        if (effect.kind === 'incoming_call') this.#callId = effect.callId
        continue
      }
      const text = textOf(effect.bytes)
      this.#said.push(text)
      this.#learn(parseMessage(effect.bytes))
    }
  }

  #learn(message: SipMessage): void {
    const { headers } = message
    if (message.kind === 'request') {
      this.#received.set(message.method, message)
      if (message.method !== 'INVITE') return
      this.#sipCallId = headers.get('call-id')!
      this.#agentHeader = headers.get('from')!
      this.#peerHeader = headers.get('to')!
    } else if (message.status > 100 && headers.get('cseq')!.endsWith('INVITE')) {
      this.#agentHeader = headers.get('to')!
    }
  }

  #request({ peer: method, sdp, headers = [], again, cseq, stray }: PeerRequest): void {
    const text = again ? this.#sent.get(method)! : this.#compose(method, sdpText(sdp), headers, cseq, stray)
    this.#sent.set(method, text)
    this.#receive(text)
  }

  #compose(
    method: string,
    body: string,
    headers: readonly string[],
    cseq: number | undefined,
    stray = false,
  ): string {
    const invite = this.#sent.get('INVITE')
    const sharesInvite = method === 'CANCEL' || (method === 'ACK' && !this.#inviteSucceeded())
    // A CANCEL has the branch and number of its INVITE, an ACK the number, and for a refusal the branch too.
    const number = method === 'CANCEL' || method === 'ACK' ? this.#cseq : (cseq ?? ++this.#cseq)
    if (!sharesInvite) this.#branch++
    const branch = sharesInvite ? /branch=(\S+)/.exec(invite!)![1] : `z9hG4bKpeer${this.#branch}`
    const to =
      method === 'CANCEL'
        ? /\r\nTo: (.*)\r\n/.exec(invite!)![1]!
        : stray
          ? '<sip:clinic@192.0.2.1>'
          : this.#agentHeader
    return [
      `${method} sip:clinic@192.0.2.1:5060 SIP/2.0`,
      `Via: SIP/2.0/UDP 192.0.2.2:5060;branch=${branch}`,
      `From: ${stray ? '<sip:x@192.0.2.2>;tag=stray' : this.#peerHeader}`,
      `To: ${to}`,
      `Call-ID: ${stray ? 'stray' : this.#sipCallId}`,
      `CSeq: ${number} ${method}`,
      'Contact: <sip:gateway@192.0.2.2:5060>',
      'Max-Forwards: 70',
      ...headers,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n')
  }

  #lastInviteStatus = 0

  #inviteSucceeded(): boolean {
    return this.#lastInviteStatus < 300
  }

  #respond({ answers: method, status, sdp, headers = [], tag }: PeerResponse): void {
    const request = this.#received.get(method)!
    const body = sdpText(sdp)
    const to = request.headers.get('to')!
    const peerTo = to.includes('tag=') || status === 100 ? to : `${to};tag=${tag ?? 'peer'}`
    if (method === 'INVITE' && status > 100) this.#peerHeader = peerTo
    this.#receive(
      [
        `SIP/2.0 ${status} Whatever`,
        ...request.headers.all('via').map((via) => `Via: ${via}`),
        `From: ${request.headers.get('from')}`,
        `To: ${peerTo}`,
        `Call-ID: ${request.headers.get('call-id')}`,
        `CSeq: ${request.headers.get('cseq')}`,
        'Contact: <sip:gateway@192.0.2.2:5060>',
        ...headers,
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    )
  }

  #receive(text: string): void {
    this.#agent.receive(
      Uint8Array.from(text, (char) => char.charCodeAt(0)),
      PEER,
      this.#nowMs,
    )
  }

  #expectSaid(step: Extract<Step, { says: string }>): void {
    const untilMs = this.#nowMs + (step.withinMs ?? 0)
    while (this.#said.length === 0 && this.#agent.wakeMs <= untilMs)
      this.#wait(this.#agent.wakeMs - this.#nowMs)
    for (let i = 0; i < (step.times ?? 1); i++) {
      const text = this.#said.shift()
      assert.equal(text === undefined ? 'nothing' : label(text), step.says)
      if (/^\d+ INVITE$/.test(step.says)) this.#lastInviteStatus = Number.parseInt(step.says, 10)
      for (const part of step.with ?? []) assert.ok(text!.includes(part), `without ${part}:\n${text}`)
      for (const part of step.without ?? []) assert.ok(!text!.includes(part), `with ${part}:\n${text}`)
      const sdp = text!.slice(text!.indexOf('\r\n\r\n') + 4)
      if (step.sameSdp) assert.equal(sdp, this.#lastSdp)
      if (sdp !== '') this.#lastSdp = sdp
    }
  }

  #expectTold({ tells, where = {} }: Extract<Step, { tells: string }>): void {
    const event = this.#told.shift()
    assert.equal(event?.kind ?? 'nothing', tells)
    for (const [path, expected] of Object.entries(where)) {
      const actual = path
        .split('.')
        .reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], event)
      assert.deepEqual(actual, expected, path)
    }
  }
}
