import { Readable } from 'node:stream'
import Type from 'typebox'
import { type ExportItem, exportAudit } from '../../../application/audit/export-audit.ts'
import { collectAudit, readAudit } from '../../../application/audit/read-audit.ts'
import { proveEntry, readCheckpoint } from '../../../application/audit/read-checkpoint.ts'
import type { Logger } from '../../../ports/logger.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import {
  AuditCheckpoint,
  AuditEventBundle,
  AuditList,
  AuditProof,
  AuditProofQuery,
  AuditQuery,
  FhirAuditQuery,
} from '../schemas/audit.ts'
import { checkpointView, exportLine, proofView } from '../views/audit-view.ts'
import { fhirAuditBundle } from '../views/fhir-audit-bundle.ts'
import { fhirAuditEvent } from '../views/fhir-audit-event.ts'

const DEFAULT_LIMIT = 25
const FHIR_LIMIT = 100
const FHIR_JSON = 'application/fhir+json'
const FHIR_LINES = 'application/fhir+ndjson'
const JSON_LINES = 'application/jsonl'

/** `/v2/audit-events` to read, `/v2/audit/…` to prove that nothing of it was changed. */
export function registerAuditRoutes(app: WebApp, context: ApiContext): void {
  registerEntries(app, context)
  registerProofs(app, context)
  registerExport(app, context)
  registerFhir(app, context)
}

function registerEntries(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/audit-events',
    {
      config: { access: needs('audit:read') },
      schema: {
        tags: ['Audit'],
        summary: 'List the entries of the audit',
        description:
          'Oldest first: who did what to which resource, and when. Reading it is recorded as well. Sender and recipient stay sealed.',
        querystring: AuditQuery,
        response: { 200: AuditList },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      const { limit = DEFAULT_LIMIT, cursor, subjectId } = request.query
      const entries = await readAudit(services, scope, actor, {
        limit: limit + 1,
        ...(cursor === undefined ? {} : { after: cursor }),
        ...(subjectId === undefined ? {} : { subjectId }),
      })
      const page = entries.slice(0, limit)
      return {
        data: page.map((entry) => ({ ...entry, at: entry.at.toISOString() })),
        nextCursor: entries.length > limit ? page.at(-1)!.position : null,
      }
    },
  )
}

function registerProofs(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/audit/checkpoint',
    {
      config: { access: needs('audit:read'), problems: ['audit.not_logged'] },
      schema: {
        tags: ['Audit'],
        summary: 'Read the last checkpoint',
        description:
          'How far the audit log of this installation went and the root of its Merkle tree (RFC 6962), signed. A new one is made ' +
          'every five minutes while the log grows. Whoever keeps one elsewhere can tell later that nothing before it was changed.',
        response: { 200: AuditCheckpoint },
      },
    },
    async () => checkpointView(await readCheckpoint(services)),
  )

  app.get(
    '/v2/audit/proof',
    {
      config: { access: needs('audit:read'), problems: ['audit.not_found', 'audit.not_logged'] },
      schema: {
        tags: ['Audit'],
        summary: 'Prove that an entry is in the log',
        description:
          'The entry, its leaf, and the hashes that lead from it to the root of the last checkpoint. Each call is an entry of the audit.',
        querystring: AuditProofQuery,
        response: { 200: AuditProof },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      return proofView(await proveEntry(services, scope, actor, request.query.entry))
    },
  )
}

function registerExport(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/audit/export',
    {
      config: { access: needs('audit:read'), problems: ['audit.not_logged'] },
      schema: {
        tags: ['Audit'],
        summary: 'Export the audit with its proof',
        description:
          'JSON Lines: the entries of the account and all that is needed to verify them without this server ' +
          '(`answerback audit verify`). Of entries of other accounts there are only hashes. Each call is an entry of the audit.',
        response: {
          200: {
            description: 'The export, a line for each leaf of the log.',
            content: { [JSON_LINES]: { schema: Type.Unsafe<Readable>({ type: 'string' }) } },
          },
        },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const pages = await exportAudit(services, scope, actor)
      return reply
        .type(JSON_LINES)
        .header('content-disposition', 'attachment; filename="audit.jsonl"')
        .header('cache-control', 'private, no-store')
        .send(Readable.from(asText(pages, services.log), { objectMode: false }))
    },
  )
}

/** What fails on the way cuts the reply off, and its end line is missing: nothing else can be told any more. */
async function* asText(pages: AsyncIterable<readonly ExportItem[]>, log: Logger): AsyncGenerator<Buffer> {
  try {
    for await (const page of pages) {
      const text = page.map(exportLine).join('')
      if (text !== '') yield Buffer.from(text)
    }
  } catch (error) {
    log.error('audit_log.export_cut', { error })
    throw error
  }
}

function registerFhir(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/audit/fhir',
    {
      config: { access: needs('audit:read') },
      schema: {
        tags: ['Audit'],
        summary: 'Read the audit as FHIR AuditEvents',
        description:
          'Oldest first, as AuditEvents of FHIR R4: a Bundle, or with "Accept: application/fhir+ndjson" a line each. "meta.profile" names the ' +
          'profile of IHE BALP 1.1.4 an event follows. ' +
          'Go on with the last "id" as "after". Each call is an entry of the audit.',
        querystring: FhirAuditQuery,
        response: {
          200: {
            description: 'The events.',
            content: {
              [FHIR_JSON]: { schema: AuditEventBundle },
              [FHIR_LINES]: { schema: Type.Unsafe<string>({ type: 'string' }) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { scope, actor, scopes } = callerOf(request)
      const { after = 0, limit = FHIR_LIMIT } = request.query
      const seesPatients = {
        sent: scopes.includes('faxes:content'),
        received: scopes.includes('inbound:content'),
      }
      const collected = await collectAudit(services, scope, actor, { after, limit, seesPatients })
      const { log, entries, papers } = collected
      const origin = { log, publicUrl: services.policy.publicUrl }
      reply.header('cache-control', 'private, no-store')
      if (request.headers.accept?.includes(FHIR_LINES)) {
        const events = entries.map((entry) =>
          fhirAuditEvent(entry, origin, papers.get(entry.subjectId ?? '')),
        )
        const lines = events.map((event) => `${JSON.stringify(event)}\n`)
        return reply.type(FHIR_LINES).send(lines.join(''))
      }
      return reply.type(FHIR_JSON).serializer(JSON.stringify).send(fhirAuditBundle(collected, origin))
    },
  )
}
