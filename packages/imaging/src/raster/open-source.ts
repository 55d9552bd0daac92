import type { PageSource } from '../drawing/page-source.ts'
import type { DocumentType } from '../intake/sniff.ts'
import type { PdfEngine } from '../pdf/engine.ts'
import { openPdfSource } from '../pdf/pdf-source.ts'

/**
 * Opens a document by its type. Image decoders are loaded on first use: most faxes are PDFs.
 * `shared` is copied once, into the PDF engine's heap or (native decoders take no shared memory) a buffer of its own.
 */
export async function openSource(
  engine: PdfEngine,
  type: DocumentType,
  shared: Uint8Array,
): Promise<PageSource> {
  switch (type) {
    case 'pdf':
      return openPdfSource(engine, shared)
    case 'tiff':
      return (await import('../image/tiff-source.ts')).openTiffSource(Uint8Array.from(shared))
    case 'png':
    case 'jpeg':
      return (await import('../image/photo-source.ts')).openPhotoSource(Uint8Array.from(shared))
  }
}
