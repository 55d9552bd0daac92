import type { CodedPage } from '@answerback/imaging/page'
import type { PageText } from '@answerback/imaging/page-text'
import { pagePng, thumbnailPng } from '@answerback/imaging/preview/page-png'
import { writeTiff } from '@answerback/imaging/tiff/write-tiff'
import type { FastifyReply } from 'fastify'
import Type, { type Static } from 'typebox'
import { Problem } from '../../domain/problem/problem.ts'
import { writeFaxPdf } from '../web/fax-pdf.ts'
import type { ContentQuery } from './schemas/fax.ts'

const MEDIA_TYPES = { pdf: 'application/pdf', tiff: 'image/tiff', png: 'image/png' } as const

/** A reply of bytes: nothing serialises it. */
const binary = (mediaType: string) => ({
  schema: Type.Unsafe<Buffer>({ type: 'string', contentMediaType: mediaType }),
})

export const CONTENT_REPLY = {
  description: 'The pages.',
  content: {
    'application/pdf': binary('application/pdf'),
    'image/tiff': binary('image/tiff'),
    'image/png': binary('image/png'),
  },
}

/** A page, and what OCR found on it: words for the PDF, and which way up it is read. The TIFF-F is as it was received. */
export interface ShownPage {
  readonly page: CodedPage
  readonly text?: PageText
}

/** What of a fax's pages is asked for, and as what. */
export interface WantedContent {
  readonly format: keyof typeof MEDIA_TYPES
  /** 1-based; absent: all. */
  readonly page: number | undefined
  readonly thumb: 's' | 'l' | undefined
}

/** @throws Problem `request.invalid` for a thumbnail that is to be no PNG */
export function wantedContent(query: Static<typeof ContentQuery>): WantedContent {
  const { page, thumb } = query
  const format = thumb === undefined ? (query.format ?? 'pdf') : 'png'
  if (thumb !== undefined && (query.format ?? 'png') !== 'png') {
    throw new Problem('request.invalid', { field: 'thumb', detail: 'A thumbnail is a PNG.' })
  }
  return { format, page: format === 'png' ? (page ?? 1) : page, thumb }
}

export async function sendContent(
  reply: FastifyReply,
  faxId: string,
  wanted: WantedContent,
  pages: readonly ShownPage[],
): Promise<FastifyReply> {
  const file = await encode(faxId, pages, wanted)
  return reply
    .type(MEDIA_TYPES[wanted.format])
    .header('content-disposition', `inline; filename="${faxId}.${wanted.format}"`)
    .header('cache-control', 'private, no-store')
    .send(Buffer.from(file.buffer, file.byteOffset, file.byteLength))
}

async function encode(
  faxId: string,
  pages: readonly ShownPage[],
  wanted: WantedContent,
): Promise<Uint8Array> {
  const { format, thumb } = wanted
  if (format === 'pdf') return writeFaxPdf(faxId, pages, wanted.page)
  if (format === 'tiff') return writeTiff(pages.map(({ page }) => page))
  const shown = pages[0]
  if (shown === undefined) throw new Problem('fax.content_not_ready')
  const turned = shown.text?.rotation ?? 0
  if (thumb === undefined) return pagePng(shown.page, turned)
  return thumbnailPng(shown.page, thumb === 's' ? 'small' : 'large', turned)
}
