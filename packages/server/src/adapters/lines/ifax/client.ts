import { createHash } from 'node:crypto'
import { decodeBase64 } from '@answerback/imaging/intake/base64'
import type { Resolution } from '@answerback/imaging/page'
import { writePdfa } from '@answerback/imaging/pdfa/write-pdfa'
import type { OpenProvider } from '../../../domain/providers/provider.ts'
import {
  parseReference,
  type UpstreamFax,
  type UpstreamReceived,
} from '../../../domain/providers/upstream-fax.ts'
import {
  type UpstreamClient,
  UpstreamError,
  type UpstreamNumber,
  type UpstreamSend,
  type UpstreamWindow,
} from '../../../ports/upstream.ts'
import { readList } from './paging.ts'
import { readFax, readOwnedNumber, readReceived, readRows } from './shapes.ts'
import { IFaxTransport, type IFaxTransportOptions, isObject, readEnvelope } from './transport.ts'

export interface IFaxClientOptions extends IFaxTransportOptions {
  readonly documentBytesMax: number
}

/** iFax's three words for our three resolutions, as our own iFax routes read them. */
const QUALITIES: Readonly<Record<Resolution, string>> = { standard: 'Low', fine: 'Standard', superfine: 'HD' }

/** No path of a cancel is documented, and no client we know of calls one: this is a guess. */
const CANCEL_PATH = '/fax-cancel'

const DAY_MS = 86_400_000

/** The iFax v1 API, spoken as one of its customers. */
export class IFaxClient implements UpstreamClient {
  readonly transport: IFaxTransport
  readonly #documentBytesMax: number

  constructor(provider: OpenProvider, options: IFaxClientOptions) {
    this.transport = new IFaxTransport(provider, options)
    this.#documentBytesMax = options.documentBytesMax
  }

  async send(fax: UpstreamSend, signal: AbortSignal): Promise<string> {
    const { to, from, pages } = fax
    const answer = await this.transport.call(
      '/fax-send',
      {
        faxNumber: to,
        ...(from === undefined ? {} : { callerId: from }),
        faxQuality: QUALITIES[finest(pages.map(({ page }) => page.resolution))],
        // A name of ours: what the sender called the document is theirs.
        faxData: [{ fileName: 'fax.pdf', fileData: Buffer.from(pdfOf(fax)).toString('base64') }],
      },
      signal,
    )
    return referenceOf(answer.data, answer.body)
  }

  async resend(reference: string, signal: AbortSignal): Promise<string> {
    const answer = await this.transport.call('/fax-resend', { jobId: idOf(reference) }, signal)
    return referenceOf(answer.data, answer.body)
  }

  async status(reference: string, signal: AbortSignal): Promise<UpstreamFax | undefined> {
    try {
      const { data } = await this.transport.call('/fax-status', { jobId: idOf(reference) }, signal)
      const fax = readFax(Array.isArray(data) ? data[0] : data)
      if (fax?.reference === reference) return fax
    } catch (error) {
      if (isUnknown(error)) return undefined
      throw error
    }
    throw new UpstreamError('unclear', 'The provider answered about another fax, or about none.')
  }

  async cancel(reference: string, signal: AbortSignal): Promise<void> {
    await this.transport.call(CANCEL_PATH, { jobId: idOf(reference) }, signal)
  }

  sent(window: UpstreamWindow, signal: AbortSignal): Promise<readonly UpstreamFax[]> {
    return readList(this.transport, '/fax-lists', widened(window), readFax, signal)
  }

  received(window: UpstreamWindow, signal: AbortSignal): Promise<readonly UpstreamReceived[]> {
    return readList(this.transport, '/inbound/fax-list-all', widened(window), readReceived, signal)
  }

  async download(reference: string, transactionId: string | undefined, signal: AbortSignal): Promise<Buffer> {
    const body = {
      jobId: idOf(reference),
      ...(transactionId === undefined ? {} : { transactionId: idOf(transactionId) }),
    }
    // Base64 takes four bytes for three, and the envelope a little.
    const maxBytes = Math.ceil(this.#documentBytesMax / 3) * 4 + 65_536
    const response = await this.transport.post('/inbound/fax-download', body, signal, maxBytes)
    if (response.status === 200 && response.body.subarray(0, 5).toString('latin1') === '%PDF-') {
      return response.body
    }
    const { data } = readEnvelope(response)
    // An address that stands in the answer is not followed: documents come from the authenticated call alone.
    const text = isObject(data) ? data.file : data
    if (typeof text !== 'string' || text === '') {
      throw new UpstreamError('unclear', 'The provider answered without the document.')
    }
    try {
      return Buffer.from(decodeBase64(text, this.#documentBytesMax))
    } catch {
      throw new UpstreamError('refused', 'The document is not base64, or larger than this server takes.')
    }
  }

  async numbers(signal: AbortSignal): Promise<readonly UpstreamNumber[]> {
    return readRows((await this.transport.call('/inbound/number-list', {}, signal)).data, readOwnedNumber)
  }
}

/** The pages as they are, in a file that says nothing of whom they are about. */
function pdfOf({ attemptId, at, pages }: UpstreamSend): Uint8Array {
  const id = createHash('sha256').update(attemptId).digest().subarray(0, 16)
  return writePdfa(
    pages.map(({ page }) => ({ page })),
    { id, createdAt: at, title: 'Fax' },
  )
}

function finest(resolutions: readonly Resolution[]): Resolution {
  const order: readonly Resolution[] = ['superfine', 'fine', 'standard']
  return order.find((each) => resolutions.includes(each)) ?? 'fine'
}

/** `jobId` stands in `data`; clients that read it beside are answered so too. */
function referenceOf(data: unknown, body: Readonly<Record<string, unknown>>): string {
  const reference = (isObject(data) ? parseReference(data.jobId) : undefined) ?? parseReference(body.jobId)
  if (reference === undefined) {
    throw new UpstreamError('unclear', 'The provider took the fax and did not say what it calls it.')
  }
  return reference
}

/** Ids are JSON numbers where a number can hold them. */
function idOf(reference: string): number | string {
  const id = Number(reference)
  return Number.isSafeInteger(id) && String(id) === reference ? id : reference
}

/**
 * A refusal that is about this fax and not about us. The number for it is not published; 900140 is that of an Answerback server. A bad
 * key (12001), a limit or a fault never means that a fax is unknown.
 */
function isUnknown(error: unknown): boolean {
  if (!(error instanceof UpstreamError) || error.kind !== 'refused') return false
  return error.httpStatus === 404 || error.code === 900140
}

function widened({ from, to }: UpstreamWindow): UpstreamWindow {
  return { from: new Date(from.getTime() - DAY_MS), to: new Date(to.getTime() + DAY_MS) }
}
