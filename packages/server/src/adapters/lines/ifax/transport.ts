import type { OpenProvider } from '../../../domain/providers/provider.ts'
import {
  type HttpOut,
  HttpOutError,
  type HttpOutPolicy,
  type HttpOutResponse,
} from '../../../ports/http-out.ts'
import { UpstreamError } from '../../../ports/upstream.ts'

export interface IFaxTransportOptions {
  readonly httpOut: HttpOut
  readonly policy: HttpOutPolicy
  readonly timeoutMs: number
}

/** Bytes of an answer that holds no document. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024

/** `data` of a successful answer, and the whole of it for clients' second places. */
export interface IFaxAnswer {
  readonly data: unknown
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * POSTs to the API and reads its envelope, `{ status, message, data, code }`. Whatever is not plainly a success or a refusal is `unclear`:
 * the fax may have been taken.
 */
export class IFaxTransport {
  readonly #provider: OpenProvider
  readonly #options: IFaxTransportOptions

  constructor(provider: OpenProvider, options: IFaxTransportOptions) {
    this.#provider = provider
    this.#options = options
  }

  async call(path: string, body: object, signal: AbortSignal): Promise<IFaxAnswer> {
    const response = await this.post(path, body, signal, ANSWER_BYTES_MAX)
    return readEnvelope(response)
  }

  /** The answer as it came, of any HTTP status. */
  async post(path: string, body: object, signal: AbortSignal, maxBytes: number): Promise<HttpOutResponse> {
    const { httpOut, policy, timeoutMs } = this.#options
    try {
      return await httpOut.request({
        method: 'POST',
        url: `${this.#provider.settings.baseUrl.replace(/\/+$/, '')}/v1/customer${path}`,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          accesstoken: this.#provider.apiKey,
          'user-agent': 'Answerback-Provider/1',
        },
        body: JSON.stringify(body),
        timeoutMs,
        maxBytes,
        policy,
        signal,
      })
    } catch (error) {
      if (!(error instanceof HttpOutError)) throw error
      throw new UpstreamError(
        NOT_REACHED.has(error.code) ? 'not_reached' : 'unclear',
        'The provider gave no answer.',
      )
    }
  }
}

/** No byte of the request was sent. A time-out may have come after the last one. */
const NOT_REACHED: ReadonlySet<string> = new Set(['address_refused', 'connect', 'tls'])

/** @throws UpstreamError */
export function readEnvelope(response: HttpOutResponse): IFaxAnswer {
  const { status: httpStatus } = response
  const body = parseObject(response.body)
  const code = typeof body?.code === 'number' && Number.isSafeInteger(body.code) ? body.code : undefined
  if (httpStatus >= 500 || httpStatus === 408) {
    throw new UpstreamError('unclear', 'The provider answered with a fault of its own.', { code, httpStatus })
  }
  if (httpStatus < 200 || httpStatus >= 300) {
    throw new UpstreamError('refused', 'The provider refused the request.', { code, httpStatus })
  }
  if (body === undefined || typeof body.status !== 'number') {
    throw new UpstreamError('unclear', 'The provider answered with something else than its envelope.', {
      httpStatus,
    })
  }
  if (body.status === 1) return { data: body.data, body }
  // A refusal without a number may be half of a success; with one it is known to be none.
  const kind = code === undefined || code === 0 ? 'unclear' : 'refused'
  throw new UpstreamError(kind, 'The provider refused the request.', { code, httpStatus })
}

function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
