import { readUsage } from '../../../application/limits.ts'
import { QUOTA_NAMES, type QuotaName } from '../../../domain/quota.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { Usage } from '../schemas/usage.ts'

interface Measure {
  used: number
  quota: number | null
}

/** `/v2/usage`: what an account used of what it may. */
export function registerUsageRoutes(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/usage',
    {
      config: { access: needs('faxes:read') },
      schema: {
        tags: ['Account'],
        summary: 'Read the use of the account',
        description: 'Over the last 24 hours, or the last hour, of the mode of the key.',
        response: { 200: Usage },
      },
    },
    async (request) => {
      const { scope } = callerOf(request)
      const { quotas, used } = await readUsage(services, scope)
      const measures = QUOTA_NAMES.map(
        (name) => [name, { used: used[name], quota: quotas[name] ?? null }] as const,
      )
      return {
        livemode: scope.mode === 'live',
        ...(Object.fromEntries(measures) as Record<QuotaName, Measure>),
      }
    },
  )
}
