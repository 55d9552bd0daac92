import Type from 'typebox'
import { addAgreement } from '../../../application/associates/agreements.ts'
import { readAgreementDocument } from '../../../application/associates/read-agreement.ts'
import { Problem } from '../../../domain/problem/problem.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { AddAgreementBody, AgreementParams, Associate } from '../schemas/associate.ts'
import { IdParam } from '../schemas/common.ts'
import { associateViewer } from '../views/associate-view.ts'

const tags = ['Compliance']
const reading = needs('audit:read')
const writing = needs('trunks:write')

/** `/v2/associates/{id}/agreements`: the contracts themselves. */
export function registerAgreementRoutes(app: WebApp, context: ApiContext): void {
  registerAdd(app, context)
  registerDocument(app, context)
}

function registerAdd(app: WebApp, { services }: ApiContext): void {
  const view = associateViewer(services)
  app.post(
    '/v2/associates/:id/agreements',
    {
      config: {
        access: writing,
        idempotent: true,
        problems: ['associate.invalid', 'associate.not_found', 'associate.ended', 'document.not_found'],
      },
      schema: {
        tags,
        summary: 'Add a signed agreement',
        description:
          'A renewal is another agreement: it may be added before the old one ends. A "documentId" takes the scope `faxes:content` too, and an upload that no fax is made of.',
        params: IdParam('asc', 'associate'),
        body: AddAgreementBody,
        response: { 201: Associate },
      },
    },
    async (request, reply) => {
      const { scope, actor, scopes } = callerOf(request)
      // Whoever reads the registry reads the document: it is named by somebody who may read what was uploaded.
      if (typeof request.body.documentId === 'string' && !scopes.includes('faxes:content')) {
        throw new Problem('auth.forbidden', {
          field: 'documentId',
          detail: 'Naming a document needs the scope "faxes:content" too.',
        })
      }
      const { body } = request
      const wanted = {
        ...body,
        expiresOn: body.expiresOn ?? null,
        documentId: body.documentId ?? null,
        clauses: body.clauses ?? {},
      }
      return idempotently(services, request, reply, body, async (finish) => {
        const associate = await addAgreement(services, scope, actor, request.params.id, wanted, {
          inTransaction: (tx, made) => finish(tx, { status: 201, body: view(made) }),
        })
        return { status: 201, body: view(associate) }
      })
    },
  )
}

function registerDocument(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/associates/:id/agreements/:agreementId/document',
    {
      config: { access: reading, problems: ['associate.not_found', 'document.not_found'] },
      schema: {
        tags,
        summary: 'Read the document of an agreement',
        description: 'As it was uploaded. Each call is an entry of the audit.',
        params: AgreementParams,
        response: {
          200: {
            description: 'The document.',
            content: {
              'application/octet-stream': {
                schema: Type.Unsafe<Buffer>({ type: 'string', contentMediaType: 'application/octet-stream' }),
              },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const { id, agreementId } = request.params
      const { mediaType, bytes } = await readAgreementDocument(services, scope, actor, id, agreementId)
      return reply
        .type(mediaType)
        .header('content-disposition', `attachment; filename="${agreementId}"`)
        .header('cache-control', 'private, no-store')
        .send(bytes)
    },
  )
}
