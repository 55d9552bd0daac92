import type { PageText, Word } from '@answerback/imaging/page-text'
import { Fault } from '../../domain/fax/fax.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { DocumentRow } from '../../ports/store/document-store.ts'
import { readDocument } from '../documents/document-content.ts'
import type { Services } from '../services.ts'

/** What OCR found, by page number. Pages that could not be read are not there. */
export type TextByPage = ReadonlyMap<number, PageText>

type PackedWord = readonly [string, number, number, number, number, number]
interface Packed {
  readonly pages: readonly { number: number; rotation: PageText['rotation']; words: readonly PackedWord[] }[]
}

/** As it lies in its document, before encryption. */
export function packText(texts: TextByPage): Uint8Array {
  const pages = [...texts].map(([number, { rotation, words }]) => ({
    number,
    rotation,
    words: words.map(
      ({ text, confidence, left, top, right, bottom }): PackedWord => [
        text,
        Math.round(confidence),
        left,
        top,
        right,
        bottom,
      ],
    ),
  }))
  return Buffer.from(JSON.stringify({ pages } satisfies Packed))
}

/** @throws KeyError `tampered`, BlobError `not_found` */
export async function readText(
  services: Services,
  keys: AccountKeys,
  document: DocumentRow,
): Promise<TextByPage> {
  if (document.purpose !== 'text') throw new Fault('The document is no text.')
  const packed: Packed = JSON.parse((await readDocument(services, keys, document)).toString('utf8'))
  return new Map(
    packed.pages.map(({ number, rotation, words }) => [number, { rotation, words: words.map(unpack) }]),
  )
}

function unpack([text, confidence, left, top, right, bottom]: PackedWord): Word {
  return { text, confidence, left, top, right, bottom }
}
