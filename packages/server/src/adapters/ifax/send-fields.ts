import { Problem } from '../../domain/problem/problem.ts'
import { parseJsonBody } from '../web/json-body.ts'
import { parseSendAt } from './dates.ts'
import { type Fields, flagField, requiredText, textField } from './fields.ts'

/** Documents in one request; the server's own limit is checked again where faxes are made. */
const DOCUMENTS_MAX = 100
const PAGE_PICKS_MAX = 100

/** One entry of `faxData`. A file that came as a part of a form has neither `data` nor `url`. */
export interface SentDocument {
  readonly fileName: string | undefined
  readonly data?: string
  readonly url?: string
  readonly pages?: readonly string[]
}

/** A `fax-send` request, checked for shape but not yet for what its values mean. */
export interface SendFields {
  readonly to: string
  readonly from: string | undefined
  readonly documents: readonly SentDocument[]
  readonly cover:
    | { subject?: string; fromName?: string; toName?: string; message?: string; templateId?: string }
    | undefined
  readonly sendAt: Date | undefined
  readonly resolution: 'standard' | 'fine' | 'superfine'
  readonly allowDuplicate: boolean
  readonly allowNearMiss: boolean
}

/**
 * Reads `fax-send`. Fields it does not know are ignored, as iFax does, except those of clients written for another shape: they
 * would send a fax without its document or its cover.
 * @param filesAt indices of `faxData` whose document came as a file part of a form
 */
export function readSendFields(fields: Fields, filesAt: ReadonlySet<number> = new Set()): SendFields {
  refuseOtherShapes(fields)
  return {
    to: requiredText(fields, 'faxNumber'),
    from: textField(fields, 'callerId'),
    documents: readDocuments(fields.faxData, filesAt),
    cover: readCover(fields),
    sendAt: parseSendAt(fields.send_at),
    resolution: readQuality(fields),
    allowDuplicate: flagField(fields, 'allowDuplicate'),
    allowNearMiss: flagField(fields, 'allowNearMiss'),
  }
}

const SHAPE = '"faxData": [{ "fileName": "referral.pdf", "fileData": "<base64>" }]'

function refuseOtherShapes(fields: Fields): void {
  for (const name of ['files', 'file', 'documents', 'fileData', 'fileUrl']) {
    if (fields[name] !== undefined && fields.faxData === undefined) {
      throw new Problem('request.missing_field', {
        field: 'faxData',
        detail: `Documents go in "faxData", not in "${name}": ${SHAPE}.`,
      })
    }
  }
  if (fields.coverPage !== undefined) {
    throw new Problem('request.invalid', {
      field: 'coverPage',
      detail:
        'Cover text goes in "subject", "from_name", "to_name" and "message" beside "faxData", not in "coverPage".',
    })
  }
}

function readDocuments(value: unknown, filesAt: ReadonlySet<number>): SentDocument[] {
  const entries = entriesOf(value)
  const count = Math.max(entries.length, ...[...filesAt].map((index) => index + 1))
  if (count === 0) {
    throw new Problem('request.missing_field', {
      field: 'faxData',
      detail: `"faxData" needs at least one document: ${SHAPE}.`,
    })
  }
  if (count > DOCUMENTS_MAX) {
    throw new Problem('request.invalid', {
      field: 'faxData',
      detail: `"faxData" has more than ${DOCUMENTS_MAX} documents.`,
    })
  }
  return Array.from({ length: count }, (_, index) => readDocument(entries[index], index, filesAt.has(index)))
}

/** Forms may carry the whole array as one text field of JSON. */
function entriesOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null || value === '') return []
  if (Array.isArray(value)) return value
  if (typeof value === 'string' && value.startsWith('[')) {
    try {
      return parseJsonBody(Buffer.from(value)) as unknown[]
    } catch {
      // Falls through to the one message that tells the shape.
    }
  }
  throw new Problem('request.invalid', { field: 'faxData', detail: `"faxData" must be an array: ${SHAPE}.` })
}

function readDocument(entry: unknown, index: number, isFile: boolean): SentDocument {
  const field = `faxData[${index}]`
  if (entry !== undefined && (entry === null || typeof entry !== 'object' || Array.isArray(entry))) {
    throw new Problem('request.invalid', { field, detail: `"${field}" must be an object: ${SHAPE}.` })
  }
  const fields = (entry ?? {}) as Fields
  const fileName = nested(field, () => textField(fields, 'fileName', 255))
  const pages = readPages(fields.pages, `${field}.pages`)
  const common = { fileName, ...(pages ? { pages } : {}) }
  if (isFile) return common
  if (typeof fields.fileData === 'string' && fields.fileData !== '')
    return { ...common, data: fields.fileData }
  const url = nested(field, () => textField(fields, 'fileUrl', 2_048))
  if (url !== undefined) return { ...common, url }
  throw new Problem('request.missing_field', {
    field: `${field}.fileData`,
    detail: `"${field}" has neither "fileData" (base64) nor "fileUrl".`,
  })
}

function nested<T>(parent: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw new Problem(error.code, {
      field: `${parent}.${error.field}`,
      ...(error.detail ? { detail: error.detail } : {}),
    })
  }
}

function readPages(value: unknown, field: string): string[] | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const picks = Array.isArray(value) ? value : [value]
  const texts = picks.map((pick) => (typeof pick === 'number' ? String(pick) : pick))
  if (
    texts.length > PAGE_PICKS_MAX ||
    !texts.every((text) => typeof text === 'string' && text.length <= 20)
  ) {
    throw new Problem('request.invalid', {
      field,
      detail: `"${field}" must be page picks such as ["1-5", "2"].`,
    })
  }
  return texts.length === 0 ? undefined : texts
}

/** Leaving all five fields out is how iFax clients ask for no cover sheet. */
function readCover(fields: Fields): SendFields['cover'] {
  const cover = {
    subject: textField(fields, 'subject'),
    fromName: textField(fields, 'from_name'),
    toName: textField(fields, 'to_name'),
    message: textField(fields, 'message', 10_000),
    templateId: textField(fields, 'templateId'),
  }
  return Object.values(cover).some((value) => value !== undefined) ? cover : undefined
}

/**
 * iFax's three words for our three resolutions. Its default, `Standard`, is our `fine` (204 × 196): at 98 lines an inch small
 * print and handwriting do not survive, and a referral has both.
 */
const QUALITIES = { low: 'standard', standard: 'fine', hd: 'superfine' } as const

function readQuality(fields: Fields): SendFields['resolution'] {
  const word = (textField(fields, 'faxQuality') ?? 'standard').toLowerCase()
  if (Object.hasOwn(QUALITIES, word)) return QUALITIES[word as keyof typeof QUALITIES]
  throw new Problem('request.invalid', {
    field: 'faxQuality',
    detail: '"faxQuality" must be Low, Standard or HD.',
  })
}
