import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the double does with the next request for a path, once. */
export type Mishap =
  /** Does what was asked, and hangs up before it answers. */
  | { readonly kind: 'lose_answer' }
  /** Answers 500; `done` tells whether it did what was asked. */
  | { readonly kind: 'fault'; readonly done: boolean }
  | {
      readonly kind: 'refuse'
      readonly httpStatus: number
      readonly code?: number
      readonly message?: string
    }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'body'; readonly text: string }

/** The fax object of the API. */
export interface DoubleFax {
  jobId: number
  fromNumber: string
  toNumber: string
  faxCallLength: number
  faxCallStart: number
  faxCallEnd: number
  faxTotalPages: number
  faxTransferredPages: number
  faxStatus: 'sending' | 'delivered' | 'canceled' | 'failed'
  message: string
  code: number
}

export interface DoubleReceived {
  readonly jobId: number
  readonly transactionId: number
  readonly fromNumber: string
  readonly toNumber: string
  readonly receivedTime: number
  readonly faxTotalPages: number
  readonly faxReceivedPages: number
  readonly document: Buffer
}

type Fields = Record<string, unknown>

/**
 * An iFax API on loopback, made of what is known of the real one: paths, header, envelope, objects and their types, webhooks. What
 * becomes of a fax a test decides, and which answers are lost.
 */
export class IFaxDouble {
  readonly key: string
  readonly faxes: DoubleFax[] = []
  readonly inbox: DoubleReceived[] = []
  readonly numbers: string[] = []
  /** Documents as they were sent, by `jobId`. */
  readonly documents = new Map<number, Buffer>()
  /** Paths in the order they were asked for. */
  readonly log: string[] = []
  /** Whether a cancel is taken; the real path is not known. */
  takesCancel = true
  /** Rows of one page of a list. */
  pageSize = 25
  /** Unix milliseconds of the double's own clock. */
  now: () => number = () => Date.now()
  /** Called for each fax that was taken, before the answer leaves. */
  onSent: (fax: DoubleFax) => void = () => undefined
  readonly #mishaps = new Map<string, Mishap[]>()
  #server: Server | undefined
  #lastId = 700_000

  constructor(key = 'ifax-key-of-tests') {
    this.key = key
  }

  async listen(): Promise<string> {
    const server = createServer((request, response) => void this.#take(request, response))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return this.url
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server!.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise((resolve) => this.#server?.close(resolve))
  }

  /** @param path such as `fax-send` or `inbound/fax-download` */
  mishap(path: string, ...mishaps: Mishap[]): void {
    this.#mishaps.set(path, [...(this.#mishaps.get(path) ?? []), ...mishaps])
  }

  count(path: string): number {
    return this.log.filter((each) => each === path).length
  }

  /** Ends a fax. Delivered means all pages unless `change` says otherwise. */
  finish(fax: DoubleFax, status: 'delivered' | 'canceled' | 'failed', change: Partial<DoubleFax> = {}): void {
    const at = Math.floor(this.now() / 1000)
    const all = status === 'delivered' ? { faxTransferredPages: fax.faxTotalPages } : {}
    const words = status === 'delivered' ? { code: 0, message: 'NORMAL_CLEARING' } : {}
    Object.assign(fax, { faxStatus: status, faxCallEnd: at, ...all, ...words, ...change })
    fax.faxCallLength = fax.faxCallEnd - fax.faxCallStart
  }

  receive(document: Buffer, pages: number, change: Partial<DoubleReceived> = {}): DoubleReceived {
    const jobId = ++this.#lastId
    const received = {
      jobId,
      transactionId: jobId + 5_000_000,
      fromNumber: '+12025550134',
      toNumber: '+12025550177',
      receivedTime: Math.floor(this.now() / 1000),
      faxTotalPages: pages,
      faxReceivedPages: pages,
      document,
      ...change,
    }
    this.inbox.push(received)
    return received
  }

  /** The webhook's body about a fax sent or received. */
  payloadOf(fax: DoubleFax | DoubleReceived): Fields {
    if (!('document' in fax)) {
      return { direction: 'sent', ...fax, success: fax.faxStatus === 'delivered', retryAttempt: 0 }
    }
    const { document: _, receivedTime, ...told } = fax
    return {
      direction: 'inbound',
      ...told,
      faxCallLength: 30,
      faxCallStart: receivedTime - 30,
      faxCallEnd: receivedTime,
      faxStatus: 'received',
      success: true,
      code: 0,
      message: 'NORMAL_CLEARING',
    }
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const path = (request.url ?? '').replace('/v1/customer/', '')
    this.log.push(path)
    const mishap = this.#mishaps.get(path)?.shift()
    if (mishap?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, mishap.ms))
    if (mishap?.kind === 'refuse') {
      const { httpStatus, code, message = 'refused' } = mishap
      return reply(response, httpStatus, { status: 0, message, ...(code === undefined ? {} : { code }) })
    }
    if (mishap?.kind === 'body') return void response.writeHead(200).end(mishap.text)
    if (mishap?.kind === 'fault' && !mishap.done) return reply(response, 500, { message: 'fault' })
    const answer = this.#answer(request, path, JSON.parse(Buffer.concat(parts).toString('utf8')))
    if (mishap?.kind === 'lose_answer') return void response.destroy()
    if (mishap?.kind === 'fault') return reply(response, 500, { message: 'fault' })
    return reply(response, 200, answer)
  }

  #answer(request: IncomingMessage, path: string, fields: Fields): object {
    if (request.method !== 'POST') return failure(1, 'only POST')
    if (request.headers.accesstoken !== this.key) return failure(12001, 'Access token invalid')
    switch (path) {
      case 'fax-send':
        return this.#send(fields)
      case 'fax-resend': {
        const fax = this.#find(fields)
        return fax
          ? this.#begin(fax.toNumber, fax.fromNumber, fax.faxTotalPages)
          : failure(900140, 'No such fax')
      }
      case 'fax-status': {
        const fax = this.#find(fields)
        return fax ? success({ ...fax }) : failure(900140, 'No such fax')
      }
      case 'fax-cancel': {
        const fax = this.#find(fields)
        if (!this.takesCancel || !fax) return failure(404, 'Unknown call')
        if (fax.faxStatus === 'sending') this.finish(fax, 'canceled')
        return success({})
      }
      case 'fax-lists':
        return success(this.#page(this.faxes.toReversed(), fields))
      case 'inbound/fax-list-all':
        return success(
          this.#page(
            this.inbox.toReversed().map(({ document: _, ...row }) => row),
            fields,
          ),
        )
      case 'inbound/fax-download': {
        const found = this.inbox.find(
          (each) =>
            String(each.jobId) === String(fields.jobId) &&
            String(each.transactionId) === String(fields.transactionId),
        )
        return found ? success(found.document.toString('base64')) : failure(900140, 'No such fax')
      }
      case 'inbound/number-list':
        return success(
          this.numbers.map((faxNumber, index) => ({
            faxNumber,
            numberId: `${index + 1}`,
            orderId: '1595589515890656281',
          })),
        )
      case 'inbound/area-list':
        return success([{ id: 77, prefix: '202' }])
      case 'inbound/numbers':
        return success(['+12025550188', { faxNumber: '+12025550189' }])
      case 'inbound/search':
        return fields.faxNumber === '+12025550188'
          ? success([{ faxNumber: fields.faxNumber }])
          : failure(900200, 'taken')
      case 'inbound/buy':
        this.numbers.push(String(fields.faxNumber))
        return success({ numberId: '70', orderId: '1595589515890656281' })
      case 'inbound/number-delete':
        return success(undefined)
      default:
        return failure(404, 'Unknown call')
    }
  }

  #send(fields: Fields): object {
    const [first] = fields.faxData as { fileData: string }[]
    const document = Buffer.from(first!.fileData, 'base64')
    const pages = document.toString('latin1').split(/\/Type \/Page\b(?!s)/).length - 1
    const answer = this.#begin(String(fields.faxNumber), String(fields.callerId ?? ''), pages)
    this.documents.set(answer.jobId, document)
    return answer
  }

  #begin(toNumber: string, fromNumber: string, pages: number) {
    const fax: DoubleFax = {
      jobId: ++this.#lastId,
      fromNumber,
      toNumber,
      faxCallLength: 0,
      faxCallStart: Math.floor(this.now() / 1000),
      faxCallEnd: 0,
      faxTotalPages: pages,
      faxTransferredPages: 0,
      faxStatus: 'sending',
      message: 'SENDING',
      code: 0,
    }
    this.faxes.push(fax)
    this.onSent(fax)
    return { ...success({ jobId: fax.jobId }), jobId: fax.jobId }
  }

  #find({ jobId }: Fields): DoubleFax | undefined {
    return this.faxes.find((fax) => String(fax.jobId) === String(jobId))
  }

  #page<T extends { jobId: number }>(rows: readonly T[], { lastFaxId }: Fields): T[] {
    const from = rows.findIndex((row) => String(row.jobId) === String(lastFaxId)) + 1
    return rows.slice(from, from + this.pageSize)
  }
}

function success<T>(data: T) {
  return { status: 1, message: 'ok', data }
}

function failure(code: number, message: string): object {
  return { status: 0, code, message }
}

function reply(response: ServerResponse, httpStatus: number, body: object): void {
  response.writeHead(httpStatus, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
