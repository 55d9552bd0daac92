import type { CodedPage } from '@answerback/imaging/page'
import { faxPdf } from '@answerback/imaging/preview/fax-pdf'
import { pagePng, thumbnailPng } from '@answerback/imaging/preview/page-png'
import { writeTiff } from '@answerback/imaging/tiff/write-tiff'
import Type from 'typebox'
import { readFaxPages } from '../../../application/read-fax-pages.ts'
import { Problem } from '../../../domain/problem.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam } from '../schemas/common.ts'
import { ContentQuery } from '../schemas/fax.ts'

const MEDIA_TYPES = { pdf: 'application/pdf', tiff: 'image/tiff', png: 'image/png' } as const
/** A reply of bytes: nothing serialises it. */
const binary = (mediaType: string) => ({
  schema: Type.Unsafe<Buffer>({ type: 'string', contentMediaType: mediaType }),
})

/** `/v2/faxes/:id/content`: the rendered pages. Every read of them is audited. */
export function registerFaxContentRoutes(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/faxes/:id/content',
    {
      config: {
        access: needs('faxes:content'),
        problems: ['fax.not_found', 'fax.content_not_ready', 'request.invalid'],
      },
      schema: {
        tags: ['Faxes'],
        summary: 'Read the pages of a fax',
        description:
          'The pages as they go on the line, as a PDF, a TIFF-F file or one page as a PNG. "thumb" gives a small grey ' +
          'PNG of one page. Each call is an entry of the audit.',
        params: IdParam('fax', 'fax'),
        querystring: ContentQuery,
        response: {
          200: {
            description: 'The pages.',
            content: {
              'application/pdf': binary('application/pdf'),
              'image/tiff': binary('image/tiff'),
              'image/png': binary('image/png'),
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const { page, thumb } = request.query
      const format = thumb === undefined ? (request.query.format ?? 'pdf') : 'png'
      if (thumb !== undefined && (request.query.format ?? 'png') !== 'png') {
        throw new Problem('request.invalid', { field: 'thumb', detail: 'A thumbnail is a PNG.' })
      }
      const wanted = format === 'png' ? (page ?? 1) : page
      const pages = await readFaxPages(services, scope, actor, request.params.id, wanted)
      const file = await encode(pages, format, thumb)
      return reply
        .type(MEDIA_TYPES[format])
        .header('content-disposition', `inline; filename="${request.params.id}.${format}"`)
        .header('cache-control', 'private, no-store')
        .send(Buffer.from(file.buffer, file.byteOffset, file.byteLength))
    },
  )
}

async function encode(
  pages: readonly CodedPage[],
  format: keyof typeof MEDIA_TYPES,
  thumb: 's' | 'l' | undefined,
): Promise<Uint8Array> {
  if (format === 'pdf') return faxPdf(pages)
  if (format === 'tiff') return writeTiff(pages)
  const page = pages[0]
  if (page === undefined) throw new Problem('fax.content_not_ready')
  return thumb === undefined ? pagePng(page) : thumbnailPng(page, thumb === 's' ? 'small' : 'large')
}
