import {
  listContradictions,
  listReconciliations,
  resolveContradiction,
  runReconciliation,
} from '../../../application/providers/reconciliations.ts'
import { signalOf } from '../../web/request-signal.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam } from '../schemas/common.ts'
import {
  Contradiction,
  ContradictionList,
  ContradictionQuery,
  Reconciliation,
  ReconciliationList,
} from '../schemas/reconciliation.ts'
import { contradictionView, reconciliationView } from '../views/provider-view.ts'

const tags = ['Reconciliation']
const reading = needs('trunks:read')
const writing = needs('trunks:write')
const DEFAULT_LIMIT = 25
const RUNS_SHOWN = 25
const OPEN_COUNTED = 100

/** `/v2/reconciliations` and `/v2/contradictions`: whether others' records agree with ours, and where they do not. */
export function registerReconciliationRoutes(app: WebApp, context: ApiContext): void {
  registerRuns(app, context)
  registerContradictions(app, context)
}

function registerRuns(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/reconciliations',
    {
      config: { access: reading },
      schema: {
        tags,
        summary: 'List the last reconciliations',
        description:
          'Newest first. One runs by itself every 15 minutes, unless the operator chose otherwise.',
        response: { 200: ReconciliationList },
      },
    },
    async (request) => {
      const { scope } = callerOf(request)
      const runs = await listReconciliations(services, scope, RUNS_SHOWN)
      const open = await listContradictions(services, scope, { resolved: false, limit: OPEN_COUNTED })
      const last = runs.find(({ endedAt }) => endedAt !== null)
      return {
        data: runs.map(reconciliationView),
        nextCursor: null,
        lastRunAt: last?.startedAt.toISOString() ?? null,
        openContradictions: open.length,
      }
    },
  )

  app.post(
    '/v2/reconciliations',
    {
      config: { access: writing, problems: ['reconciliation.running'] },
      schema: {
        tags,
        summary: 'Reconcile now',
        description: 'Answers when it has ended, which takes as long as the provider does.',
        response: { 201: Reconciliation },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const run = await runReconciliation(services, scope, actor, signalOf(reply))
      return reply.code(201).send(reconciliationView(run))
    },
  )
}

function registerContradictions(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/contradictions',
    {
      config: { access: reading },
      schema: {
        tags,
        summary: 'List contradictions',
        description: 'Newest first. A contradiction never changes what a fax ended as: a person must look.',
        querystring: ContradictionQuery,
        response: { 200: ContradictionList },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor, resolved } = request.query
      const rows = await listContradictions(services, callerOf(request).scope, {
        limit: limit + 1,
        ...(cursor === undefined ? {} : { afterId: cursor }),
        ...(resolved === undefined ? {} : { resolved }),
      })
      const page = rows.slice(0, limit)
      return {
        data: page.map(contradictionView),
        nextCursor: rows.length > limit ? page.at(-1)!.id : null,
      }
    },
  )

  app.post(
    '/v2/contradictions/:id/resolve',
    {
      config: { access: writing, problems: ['contradiction.not_found'] },
      schema: {
        tags,
        summary: 'Resolve a contradiction',
        description: 'Says that a person saw to it. It is not told again.',
        params: IdParam('ctr', 'contradiction'),
        response: { 200: Contradiction },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      return contradictionView(await resolveContradiction(services, scope, actor, request.params.id))
    },
  )
}
