import { createUpload } from '../../../application/documents/create-upload.ts'
import { deleteUpload } from '../../../application/documents/delete-upload.ts'
import { getUpload } from '../../../application/documents/get-upload.ts'
import { discardStaged } from '../../../application/documents/intake-document.ts'
import { estimateFax } from '../../../application/sending/estimate-fax.ts'
import type { ProblemCode } from '../../../domain/problem/problem.ts'
import { idempotently } from '../../web/idempotent.ts'
import { signalOf } from '../../web/request-signal.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { readUpload } from '../read-upload.ts'
import { IdParam, Nothing } from '../schemas/common.ts'
import { RawDocument, Upload, UploadCreated, UploadForm, UploadQuery } from '../schemas/upload.ts'
import { estimateView, uploadView } from '../views/upload-view.ts'

const tags = ['Uploads']
const params = IdParam('doc', 'upload')
const access = needs('faxes:write')

const UPLOAD_PROBLEMS: readonly ProblemCode[] = [
  'request.missing_field',
  'request.too_large',
  'document.unsupported_type',
  'document.corrupt',
  'document.encrypted',
  'document.too_large',
  'document.too_many_pages',
  'limit.quota',
]

/** `/v2/uploads`: documents put there ahead of the fax that will send them. */
export function registerUploadRoutes(app: WebApp, context: ApiContext): void {
  registerUpload(app, context)
  registerRead(app, context)
  registerDelete(app, context)
}

function registerUpload(app: WebApp, { services, options }: ApiContext): void {
  app.register(async (scoped) => {
    // The body is the document, whatever it is called: its kind is told by its content.
    scoped.addContentTypeParser('*', async () => undefined)
    scoped.removeContentTypeParser('application/json')
    scoped.post(
      '/v2/uploads',
      {
        config: { access, idempotent: true, problems: UPLOAD_PROBLEMS },
        schema: {
          tags,
          summary: 'Upload a document',
          description: 'A form with one file part, or the bytes as the body. An upload no fax uses expires.',
          querystring: UploadQuery,
          body: {
            content: {
              'multipart/form-data': { schema: UploadForm },
              'application/octet-stream': { schema: RawDocument },
            },
          },
          response: { 201: UploadCreated },
        },
      },
      async (request, reply) => {
        const { scope, actor } = callerOf(request)
        const query = request.query as { estimate?: boolean; fileName?: string }
        const staged = await readUpload(services, options, scope, request, query.fileName)
        let taken = false
        try {
          return await idempotently(services, request, reply, [staged.sha256, query], async () => {
            taken = true
            const { row, details } = await createUpload(services, scope, actor, staged)
            const upload = uploadView(row, details)
            if (query.estimate !== true) return { status: 201, body: upload }
            const documents = [{ kind: 'upload' as const, documentId: row.id }]
            const pages = await estimateFax(services, scope, { documents }, signalOf(reply))
            return { status: 201, body: { ...upload, estimate: estimateView(pages) } }
          })
        } finally {
          if (!taken) await discardStaged(services, staged)
        }
      },
    )
  })
}

function registerRead(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/uploads/:id',
    {
      config: { access, problems: ['document.not_found'] },
      schema: { tags, summary: 'Read an upload', params, response: { 200: Upload } },
    },
    async (request) => {
      const { row, details } = await getUpload(services, callerOf(request).scope, request.params.id)
      return uploadView(row, details)
    },
  )
}

function registerDelete(app: WebApp, { services }: ApiContext): void {
  app.delete(
    '/v2/uploads/:id',
    {
      config: { access, problems: ['document.not_found', 'document.in_use', 'hold.active'] },
      schema: { tags, summary: 'Delete an upload', params, response: { 204: Nothing } },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      await deleteUpload(services, scope, actor, request.params.id)
      return reply.code(204).send(null)
    },
  )
}
