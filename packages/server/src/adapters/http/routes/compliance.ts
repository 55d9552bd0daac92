import Type from 'typebox'
import { evidenceBundle } from '../../../application/compliance/bundle.ts'
import { complianceReport } from '../../../application/compliance/report.ts'
import { SAFEGUARDS } from '../../../domain/compliance/safeguards.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { ComplianceQuery, ComplianceReport, SafeguardList } from '../schemas/compliance.ts'

const tags = ['Compliance']
const access = needs('audit:read')
const problems = ['compliance.test_key'] as const

/** `/v2/compliance`: what the safeguards come to, looked up when it is asked for. */
export function registerComplianceRoutes(app: WebApp, context: ApiContext): void {
  registerCheck(app, context)
  registerSafeguards(app)
  registerBundle(app, context)
}

function registerCheck(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/compliance',
    {
      config: { access, problems },
      schema: {
        tags,
        summary: 'Check the installation and the account',
        description:
          'Looks at settings, files, keys, agreements, people and queues as they are now. Each call is an entry of the audit. It is ' +
          'evidence, and no certificate: training, sanctions and buildings are nobody’s software.',
        querystring: ComplianceQuery,
        response: { 200: ComplianceReport },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      const { standard, audit } = request.query
      const report = await complianceReport(services, scope, actor, standard, audit)
      const checks = report.checks.map((check) => ({ ...check, citations: [...check.citations] }))
      return { ...report, at: report.at.toISOString(), checks }
    },
  )
}

function registerSafeguards(app: WebApp): void {
  app.get(
    '/v2/compliance/safeguards',
    {
      config: { access },
      schema: {
        tags,
        summary: 'List the safeguards of the Security Rule',
        description:
          'What answers each of 45 CFR 164.308, 310, 312, 314 and 316, which check looks at it, and whose duty it is. Rows called proposed ' +
          'are of 90 FR 898 and not law.',
        response: { 200: SafeguardList },
      },
    },
    async () => ({
      data: SAFEGUARDS.map((row) => ({ ...row, checks: [...row.checks], docs: [...row.docs] })),
      nextCursor: null,
    }),
  )
}

function registerBundle(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/compliance/bundle',
    {
      config: { access, problems },
      schema: {
        tags,
        summary: 'Download the evidence as a signed zip file',
        description:
          'The checks, the settings without secrets, safeguards, agreements, the audit’s checkpoint and the parts list, signed by the key ' +
          'of the audit log. Each call is an entry of the audit.',
        querystring: ComplianceQuery,
        response: {
          200: {
            description: 'The bundle.',
            content: {
              'application/zip': {
                schema: Type.Unsafe<Buffer>({ type: 'string', contentMediaType: 'application/zip' }),
              },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const { standard, audit } = request.query
      const bundle = await evidenceBundle(services, scope, actor, standard, audit)
      return reply
        .type('application/zip')
        .header('content-disposition', 'attachment; filename="answerback-evidence.zip"')
        .header('cache-control', 'private, no-store')
        .send(bundle)
    },
  )
}
