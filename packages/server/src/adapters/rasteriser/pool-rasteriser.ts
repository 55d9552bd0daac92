import { DEFAULT_COVER_TEMPLATE, parseCoverTemplate } from '@answerback/imaging/cover/template'
import { DEFAULT_INTAKE_LIMITS, type IntakeLimits } from '@answerback/imaging/intake/limits'
import type { CodedPage } from '@answerback/imaging/page'
import type { RasterPool } from '@answerback/imaging/raster/pool'
import { type FaxCover, inspectDocument, renderFax } from '@answerback/imaging/render-fax'
import { ttiBandRows } from '@answerback/imaging/tti/band-rows'
import type { CoverSheetFields, DocumentFacts, FaxToRender, Rasteriser } from '../../ports/rasteriser.ts'

const MEDIA_TYPES = {
  pdf: 'application/pdf',
  tiff: 'image/tiff',
  png: 'image/png',
  jpeg: 'image/jpeg',
} as const

/** The imaging pipeline over its pool of rendering workers. */
export class PoolRasteriser implements Rasteriser {
  readonly #pool: RasterPool
  readonly #limits: IntakeLimits

  constructor(pool: RasterPool, limits: { readonly documentBytesMax: number; readonly pagesMax: number }) {
    this.#pool = pool
    this.#limits = { ...DEFAULT_INTAKE_LIMITS, ...limits, faxBytesMax: limits.documentBytesMax * 2 }
  }

  async inspect(bytes: Uint8Array): Promise<DocumentFacts> {
    const { type, pageCount } = await inspectDocument(this.#pool, bytes, this.#limits)
    return { mediaType: MEDIA_TYPES[type], pageCount }
  }

  async *render(fax: FaxToRender, signal: AbortSignal): AsyncIterable<CodedPage> {
    const rendered = await renderFax(
      this.#pool,
      {
        documents: fax.documents,
        ...(fax.cover ? { cover: readCover(fax.cover) } : {}),
        resolution: fax.resolution,
        paper: fax.paper,
        mode: fax.mode,
        ttiRows: ttiBandRows(fax.resolution),
        limits: this.#limits,
      },
      signal,
    )
    yield* rendered.pages
  }
}

function readCover(cover: CoverSheetFields): FaxCover {
  const { template, ...fields } = cover
  return { fields, template: template === undefined ? DEFAULT_COVER_TEMPLATE : parseCoverTemplate(template) }
}
