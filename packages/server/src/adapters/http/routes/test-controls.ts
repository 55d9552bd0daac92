import { createHash } from 'node:crypto'
import { decodeBase64 } from '@answerback/imaging/intake/base64'
import { asProblem } from '../../../application/documents/intake-document.ts'
import { advanceTestTime } from '../../../application/test-mode/advance-test-time.ts'
import { callIn } from '../../../application/test-mode/call-in.ts'
import { triggerTestEvent } from '../../../application/test-mode/trigger-test-event.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { Inbound } from '../schemas/inbound.ts'
import {
  AdvanceBody,
  CallInBody,
  TestClock,
  TriggerEventBody,
  TriggeredEvent,
} from '../schemas/test-controls.ts'
import { inboundView } from '../views/inbound-view.ts'

const tags = ['Test mode']
const access = needs('test:control')

/** `/v2/test/*`: what only a test key may do. */
export function registerTestRoutes(app: WebApp, context: ApiContext): void {
  registerClock(app, context)
  registerTrigger(app, context)
  registerCallIn(app, context)
}

function registerClock(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/test/advance',
    {
      config: { access, problems: ['test.live_key'] },
      schema: {
        tags,
        summary: 'Advance the test clock',
        description: 'Retries and schedules that fall due run at once. The clock never goes back.',
        body: AdvanceBody,
        response: { 200: TestClock },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      const { now } = await advanceTestTime(services, scope, actor, Math.round(request.body.seconds * 1000))
      return { now: now.toISOString() }
    },
  )
}

function registerTrigger(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/test/events/trigger',
    {
      config: { access, problems: ['test.live_key'] },
      schema: {
        tags,
        summary: 'Trigger a sample event',
        description: 'It goes to every webhook that wants its kind; its data say "sample": true.',
        body: TriggerEventBody,
        response: { 202: TriggeredEvent },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const { type } = request.body
      const id = await triggerTestEvent(services, scope, actor, type)
      return reply.code(202).send({ id, type })
    },
  )
}

function registerCallIn(app: WebApp, { services, options }: ApiContext): void {
  app.post(
    '/v2/test/inbound',
    {
      bodyLimit: options.documentBodyBytesMax,
      config: {
        access,
        idempotent: true,
        problems: [
          'test.live_key',
          'number.invalid',
          'document.unsupported_type',
          'document.corrupt',
          'document.encrypted',
          'document.too_large',
          'document.too_many_pages',
          'document.render_failed',
        ],
      },
      schema: {
        tags,
        summary: 'Have a simulated machine fax in',
        description:
          'The machine calls over a simulated network in real T.30, and answers when the call is over: with the received fax, whatever ' +
          'became of it. Nobody is called.',
        body: CallInBody,
        response: { 201: Inbound },
      },
    },
    async (request, reply) => {
      const { scope, actor, scopes } = callerOf(request)
      const { document, ...call } = request.body
      const bytes = document && readBase64(document.data, services.policy.documentBytesMax)
      const content = { ...call, ...(bytes && { document: sha256(bytes) }) }
      return idempotently(services, request, reply, content, async (finish) => {
        const wanted = { ...call, ...(bytes && { document: bytes }) }
        const received = await callIn(services, scope, actor, wanted)
        // It is kept for a day, and the fax may be shredded within it.
        await services.store.asAccount(scope, (tx) =>
          finish(tx, { status: 201, body: inboundView(received, false) }),
        )
        return { status: 201, body: inboundView(received, scopes.includes('inbound:content')) }
      })
    },
  )
}

function readBase64(text: string, bytesMax: number): Uint8Array {
  try {
    return decodeBase64(text, bytesMax)
  } catch (error) {
    throw asProblem(error, 'document.data')
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
