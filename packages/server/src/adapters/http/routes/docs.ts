import { createHash } from 'node:crypto'
import scalar from '@scalar/fastify-api-reference'
import { originOf } from '../../web/origin.ts'
import { PUBLIC } from '../../web/route-access.ts'
import type { WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { errorsPage } from '../errors-page.ts'
import { llmsText } from '../llms-text.ts'
import { openApiDocument } from '../openapi.ts'

const config = { access: PUBLIC, undocumented: true }

/** What the API says of itself: `/openapi.json`, `/docs` to read it, `/docs/errors`, `/llms.txt`. */
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

  app.register(async (pages: WebApp) => {
    pages.decorate('defaultAccess', { getter: () => PUBLIC })
    pages.addHook('onSend', async (_request, reply, payload) => {
      if (typeof payload === 'string' && String(reply.getHeader('content-type')).startsWith('text/html')) {
        reply.header('content-security-policy', pagePolicy(payload))
      }
      return payload
    })
    pages.get('/docs/errors', { config }, async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(errorsPage()),
    )
    await pages.register(scalar, {
      routePrefix: '/docs',
      configuration: {
        url: '/openapi.json',
        pageTitle: 'Answerback API',
        // An absolute address: the page is reached with and without a trailing slash.
        cdn: '/docs/js/scalar.js',
        withDefaultFonts: false,
        hideClientButton: true,
        telemetry: false,
        showDeveloperTools: 'never',
        agent: { disabled: true },
        mcp: { disabled: true },
      },
    })
  })
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
