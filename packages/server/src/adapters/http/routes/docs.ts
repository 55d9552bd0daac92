import { createHash } from 'node:crypto'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { originOf } from '../../web/origin.ts'
import { PUBLIC } from '../../web/route-access.ts'
import type { WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { errorsPage } from '../errors-page.ts'
import { llmsText } from '../llms-text.ts'
import { openApiDocument } from '../openapi.ts'
import { START_PAGE } from '../start-page.ts'

const config = { access: PUBLIC, undocumented: true }

/** What the server says of itself: a page at its address, `/openapi.json`, `/docs` to read it, `/docs/errors`, `/llms.txt`. */
export function registerDocsRoutes(app: WebApp, { options, version }: ApiContext): void {
  const url = options.publicUrl ?? '/'
  let document: string | undefined
  app.get('/openapi.json', { config }, async (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(app.routeTable, { url, version }))
    return reply.type('application/json; charset=utf-8').serializer(String).send(document)
  })

  app.get('/llms.txt', { config }, async (request, reply) =>
    reply.type('text/plain; charset=utf-8').send(llmsText(options.publicUrl ?? originOf(request))),
  )

  const page = async (html: string, reply: FastifyReply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', pagePolicy(html)).send(html)
  app.get('/', { config }, async (_request, reply) => page(START_PAGE, reply))
  app.get('/invitation', { config }, async (_request, reply) => page(START_PAGE, reply))
  app.get('/docs/errors', { config }, async (_request, reply) => page(errorsPage(), reply))
  app.get('/docs', { config }, async (_request, reply) =>
    page((await readerFile('/docs/')).toString(), reply),
  )
  app.get('/docs/js/scalar.js', { config }, async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(await readerFile(READER_SCRIPT)),
  )
}

// An absolute address: the page is reached with and without a trailing slash.
const READER_SCRIPT = '/docs/js/scalar.js'
const READER = {
  url: '/openapi.json',
  pageTitle: 'Answerback API',
  cdn: READER_SCRIPT,
  withDefaultFonts: false,
  hideClientButton: true,
  telemetry: false,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
} as const

let reader: Promise<FastifyInstance> | undefined

/**
 * A file of the API reader. The reader's module is 20 MB of text in memory, so it is loaded when a person first opens the page,
 * into an application that never listens.
 */
async function readerFile(path: string): Promise<Buffer> {
  reader ??= loadReader()
  const reply = await (await reader).inject(path)
  return reply.rawPayload
}

async function loadReader(): Promise<FastifyInstance> {
  const { default: scalar } = await import('@scalar/fastify-api-reference')
  const app = Fastify()
  await app.register(scalar, { routePrefix: '/docs', configuration: READER })
  return app
}

/**
 * A page may run its own scripts (`'self'`, and inline ones by their hash), talk to this server and nobody else. Styles
 * are inline because the reader draws with them.
 */
function pagePolicy(html: string): string {
  const inline = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)]
  const hashes = inline.map(([, body]) => `'sha256-${createHash('sha256').update(body!).digest('base64')}'`)
  return [
    "default-src 'none'",
    `script-src 'self' ${hashes.join(' ')}`.trim(),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
