import {
  createCoverPage,
  deleteCoverPage,
  getCoverPage,
  listCoverPages,
  replaceCoverPage,
  type CoverPage as StoredCoverPage,
} from '../../../application/sending/cover-pages.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam, Nothing } from '../schemas/common.ts'
import { CoverPage, CoverPageBody, CoverPageList } from '../schemas/cover-page.ts'

const tags = ['Cover pages']
const params = IdParam('cov', 'cover page')
const read = needs('faxes:read')
const write = needs('keys:manage')
/** A logo in base64 is the largest part of it. */
const BODY_BYTES_MAX = 512 * 1024

/** `/v2/cover-pages`: the account's own cover sheets, named by `cover.templateId` of a send request. */
export function registerCoverPageRoutes(app: WebApp, context: ApiContext): void {
  registerList(app, context)
  registerMake(app, context)
  registerRead(app, context)
  registerReplace(app, context)
  registerDelete(app, context)
}

function registerList(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/cover-pages',
    {
      config: { access: read },
      schema: { tags, summary: 'List cover pages', response: { 200: CoverPageList } },
    },
    async (request) => {
      const pages = await listCoverPages(services, callerOf(request).scope)
      return { data: pages.map(view), nextCursor: null }
    },
  )
}

function registerMake(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/cover-pages',
    {
      bodyLimit: BODY_BYTES_MAX,
      config: {
        access: write,
        idempotent: true,
        problems: ['cover.invalid'],
      },
      schema: { tags, summary: 'Make a cover page', body: CoverPageBody, response: { 201: CoverPage } },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      return idempotently(services, request, reply, request.body, async (finish) => {
        const made = await createCoverPage(services, scope, actor, request.body, {
          inTransaction: (tx, page) => finish(tx, { status: 201, body: view(page) }),
        })
        return { status: 201, body: view(made) }
      })
    },
  )
}

function registerRead(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/cover-pages/:id',
    {
      config: { access: read, problems: ['cover.not_found'] },
      schema: { tags, summary: 'Read a cover page', params, response: { 200: CoverPage } },
    },
    async (request) => view(await getCoverPage(services, callerOf(request).scope, request.params.id)),
  )
}

function registerReplace(app: WebApp, { services }: ApiContext): void {
  app.put(
    '/v2/cover-pages/:id',
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { access: write, problems: ['cover.not_found', 'cover.invalid'] },
      schema: {
        tags,
        summary: 'Replace a cover page',
        params,
        body: CoverPageBody,
        response: { 200: CoverPage },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      return view(await replaceCoverPage(services, scope, actor, request.params.id, request.body))
    },
  )
}

function registerDelete(app: WebApp, { services }: ApiContext): void {
  app.delete(
    '/v2/cover-pages/:id',
    {
      config: { access: write, problems: ['cover.not_found'] },
      schema: { tags, summary: 'Delete a cover page', params, response: { 204: Nothing } },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      await deleteCoverPage(services, scope, actor, request.params.id)
      return reply.code(204).send(null)
    },
  )
}

function view({ id, template }: StoredCoverPage) {
  return { ...template, id }
}
