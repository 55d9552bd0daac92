import { ApiProblem, type ProblemBody } from './failures.ts'
import { noAnswer } from './no-answer.ts'
import type { ServerAddress } from './server-address.ts'

const TIMEOUT_MS = 60_000

/** Speaks to `/v2` and knows nothing else of the server. */
export class Client {
  readonly #server: ServerAddress
  readonly #timeoutMs: number

  constructor(server: ServerAddress, timeoutMs = TIMEOUT_MS) {
    this.#server = server
    this.#timeoutMs = timeoutMs
  }

  get<T>(path: string): Promise<T> {
    return this.#request(path, { method: 'GET' })
  }

  post<T>(path: string, body: object | FormData, headers: Record<string, string> = {}): Promise<T> {
    if (body instanceof FormData) return this.#request(path, { method: 'POST', body, headers })
    const json = { ...headers, 'content-type': 'application/json' }
    return this.#request(path, { method: 'POST', body: JSON.stringify(body), headers: json })
  }

  /** A reply that is no JSON, such as a table. */
  async postForText(
    path: string,
    body: object,
    accept: string,
  ): Promise<{ readonly text: string; readonly headers: Headers }> {
    const headers = { accept, 'content-type': 'application/json' }
    const response = await this.#fetch(path, { method: 'POST', body: JSON.stringify(body), headers })
    const text = await response.text()
    if (response.ok) return { text, headers: response.headers }
    throw new ApiProblem({ status: response.status, ...(readJson(text) as ProblemBody | undefined) })
  }

  patch<T>(path: string, body: object): Promise<T> {
    const headers = { 'content-type': 'application/json' }
    return this.#request(path, { method: 'PATCH', body: JSON.stringify(body), headers })
  }

  delete<T>(path: string): Promise<T> {
    return this.#request(path, { method: 'DELETE' })
  }

  /** A reply of bytes. */
  async download(path: string): Promise<Uint8Array> {
    const response = await this.#fetch(path, { method: 'GET' })
    if (response.ok) return new Uint8Array(await response.arrayBuffer())
    const body = readJson(await response.text()) as ProblemBody | undefined
    throw new ApiProblem({ status: response.status, ...body })
  }

  /**
   * A reply of any size, as it comes.
   * @throws Unreachable when it does not begin within a minute; a reply that stands still later is the connection's affair
   */
  async stream(path: string): Promise<AsyncIterable<Uint8Array>> {
    const waiting = new AbortController()
    const timer = setTimeout(() => waiting.abort(), TIMEOUT_MS)
    const response = await this.#fetch(path, { method: 'GET', signal: waiting.signal }).finally(() =>
      clearTimeout(timer),
    )
    if (response.ok && response.body) return response.body
    const body = readJson(await response.text()) as ProblemBody | undefined
    throw new ApiProblem({ status: response.status, ...body })
  }

  async #request<T>(path: string, init: RequestInit): Promise<T> {
    const response = await this.#fetch(path, init)
    const text = await response.text()
    const body = readJson(text)
    if (!response.ok) throw new ApiProblem({ status: response.status, ...(body as ProblemBody | undefined) })
    return body as T
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${this.#server.key}` }
    try {
      return await fetch(this.#server.baseUrl + path, {
        signal: AbortSignal.timeout(this.#timeoutMs),
        ...init,
        headers,
        redirect: 'error',
      })
    } catch (error) {
      throw noAnswer(this.#server.baseUrl, error)
    }
  }
}

function readJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    // A proxy's error page: the status alone says what happened.
    return undefined
  }
}
