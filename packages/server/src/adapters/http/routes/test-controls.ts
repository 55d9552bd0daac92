import { advanceTestTime } from '../../../application/advance-test-time.ts'
import { triggerTestEvent } from '../../../application/trigger-test-event.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { AdvanceBody, TestClock, TriggerEventBody, TriggeredEvent } from '../schemas/test-controls.ts'

const tags = ['Test mode']
const access = needs('test:control')

/** `/v2/test/*`: what only a test key may do. */
export function registerTestRoutes(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/test/advance',
    {
      config: { access, problems: ['test.live_key', 'request.invalid'] },
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

  app.post(
    '/v2/test/events/trigger',
    {
      config: { access, problems: ['test.live_key', 'request.invalid'] },
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
