import Type from 'typebox'
import { checkReadiness, type Readiness } from '../../../application/upkeep/check-readiness.ts'
import { isListed } from '../../../domain/access/address-list.ts'
import { Problem } from '../../../domain/problem/problem.ts'
import { PUBLIC } from '../../web/route-access.ts'
import type { WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { Closed } from '../schemas/common.ts'

const tags = ['System']
const Health = Closed({ status: Type.Literal('ok') })
const Check = Type.Enum(['ok', 'failed'])
const Ready = Closed({
  status: Type.Enum(['ready', 'not_ready']),
  checks: Closed({ database: Check, documentStore: Check, renderer: Check }),
})
/** A probe that asks more often than this is answered from the last look. */
const READINESS_LIFETIME_MS = 1000

const NO_READER =
  'Metrics are read from this machine, or from the addresses in the setting "metricsFrom" (ANSWERBACK_METRICS_FROM).'

/** Probes for operators. They need no key and tell nothing of anybody's data. */
export function registerSystemRoutes(app: WebApp, context: ApiContext): void {
  const { services, metrics, metricsReaders } = context
  app.get(
    '/healthz',
    {
      config: { access: PUBLIC },
      schema: { tags, summary: 'Say whether the process answers', response: { 200: Health } },
    },
    async () => ({ status: 'ok' as const }),
  )

  let last: { readonly at: number; readonly found: Promise<Readiness> } | undefined
  app.get(
    '/readyz',
    {
      config: { access: PUBLIC },
      schema: {
        tags,
        summary: 'Say whether requests can be served',
        description: 'Runs a query, a durable write and the renderer. 503 when one of them fails.',
        response: { 200: Ready, 503: Ready },
      },
    },
    async (_request, reply) => {
      const now = services.clock.now()
      if (last === undefined || Math.abs(now - last.at) >= READINESS_LIFETIME_MS) {
        last = { at: now, found: checkReadiness(services) }
      }
      const { database, documentStore, renderer } = await last.found
      const ready = database && documentStore && renderer
      const word = (works: boolean) => (works ? ('ok' as const) : ('failed' as const))
      return reply.code(ready ? 200 : 503).send({
        status: ready ? ('ready' as const) : ('not_ready' as const),
        checks: { database: word(database), documentStore: word(documentStore), renderer: word(renderer) },
      })
    },
  )

  app.get(
    '/metrics',
    {
      config: { access: PUBLIC },
      schema: {
        tags,
        summary: 'Read metrics, for Prometheus',
        description:
          'For those whose address the operator names (`metricsFrom`), this machine if none: for everybody else there is no such route.',
        response: { 200: { description: 'Text.', content: { 'text/plain': { schema: Type.String() } } } },
      },
    },
    async (request, reply) => {
      if (metricsReaders && !isListed(metricsReaders, request.ip))
        throw new Problem('request.not_found', { detail: NO_READER })
      return reply
        .type(metrics.contentType)
        .serializer(String)
        .send(await metrics.text())
    },
  )
}
