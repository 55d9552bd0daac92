import { lookup } from 'node:dns/promises'
import { getCACertificates } from 'node:tls'
import { Client, type Dispatcher } from 'undici'
import {
  type HttpOut,
  HttpOutError,
  type HttpOutPolicy,
  type HttpOutRequest,
  type HttpOutResponse,
} from '../../ports/http-out.ts'
import { type ClientIdentity, dial, type Trust } from './dial.ts'
import { checkTarget, type Resolve, type Target } from './target.ts'

export interface HttpOutOptions {
  /** Default: the machine's resolver. */
  readonly resolve?: Resolve
  /** Trusted roots besides the usual ones, PEM. */
  readonly extraCa?: readonly string[]
  /** Shown where a request says so; asked for at each, because certificates are renewed. */
  readonly identity?: () => ClientIdentity
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** Sent to the first host only. */
const PRIVATE_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization'])
const NO_POLICY: HttpOutPolicy = {}

/** Every request has a connection of its own: none is reused under another request's policy. */
export function createHttpOut(options: HttpOutOptions = {}): HttpOut {
  const resolve = options.resolve ?? resolveAll
  const ca = [...getCACertificates('default'), ...(options.extraCa ?? [])]
  return {
    request: (request) =>
      underDeadline(request.timeoutMs, request.signal, (signal) => {
        const identity = request.presentsCertificate ? options.identity?.() : undefined
        return follow(request, resolve, identity ? { ca, identity } : { ca }, signal)
      }),
    check: (url, { timeoutMs, policy }) =>
      underDeadline(timeoutMs, undefined, async (signal) => {
        await checkTarget(url, policy ?? NO_POLICY, resolve, signal)
      }),
  }
}

async function resolveAll(hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true, order: 'verbatim' })
  return found.map(({ address }) => address)
}

async function underDeadline<T>(
  timeoutMs: number,
  given: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = AbortSignal.timeout(timeoutMs)
  const signal = given === undefined ? deadline : AbortSignal.any([deadline, given])
  try {
    return await work(signal)
  } catch (error) {
    if (given?.aborted) throw new HttpOutError('aborted', 'The request was called off.', { cause: error })
    if (deadline.aborted)
      throw new HttpOutError('timeout', 'The host did not answer in time.', { cause: error })
    throw error
  }
}

async function follow(
  request: HttpOutRequest,
  resolve: Resolve,
  trust: Trust,
  signal: AbortSignal,
): Promise<HttpOutResponse> {
  const policy = request.policy ?? NO_POLICY
  const followable = request.method === 'GET' || request.method === 'HEAD'
  let current = request
  for (let left = followable ? (policy.redirects ?? 0) : 0; ; left -= 1) {
    const target = await checkTarget(current.url, policy, resolve, signal)
    const response = await exchange(current, target, trust, signal)
    const next = left > 0 ? redirectOf(response, target.url) : undefined
    if (next === undefined) return response
    current = { ...current, url: next.href, headers: headersFor(next, target.url, current.headers) }
  }
}

function redirectOf(response: HttpOutResponse, from: URL): URL | undefined {
  const location = response.headers.location
  if (!REDIRECTS.has(response.status) || location === undefined) return undefined
  const next = URL.parse(location, from.href)
  if (next === null) throw new HttpOutError('protocol', 'The host redirects to what is no URL.')
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw new HttpOutError('protocol', 'The host redirects from https to http.')
  }
  return next
}

function headersFor(next: URL, from: URL, headers: HttpOutRequest['headers'] = {}): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name]) => next.origin === from.origin || !PRIVATE_HEADERS.has(name.toLowerCase()),
  )
  return Object.fromEntries(kept)
}

async function exchange(
  request: HttpOutRequest,
  target: Target,
  trust: Trust,
  signal: AbortSignal,
): Promise<HttpOutResponse> {
  const client = new Client(target.url.origin, {
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (_options, done) => {
      dial(target, trust, signal).then(
        (socket) => done(null, socket),
        (error) => done(error, null),
      )
    },
  })
  try {
    const response = await client.request({
      method: request.method,
      path: target.url.pathname + target.url.search,
      headers: { ...request.headers },
      body: request.body ?? null,
      signal,
    })
    const body = await readBody(response.body, request)
    return { status: response.statusCode, headers: flatten(response.headers), body, url: target.url.href }
  } catch (cause) {
    if (cause instanceof HttpOutError) throw cause
    signal.throwIfAborted()
    throw new HttpOutError('protocol', 'The host broke off, or its reply is not HTTP.', { cause })
  } finally {
    await client.destroy()
  }
}

async function readBody(
  body: Dispatcher.ResponseData['body'],
  request: Pick<HttpOutRequest, 'maxBytes' | 'oversize'>,
): Promise<Buffer> {
  const parts: Buffer[] = []
  let byteLength = 0
  for await (const part of body) {
    parts.push(part)
    byteLength += part.length
    if (byteLength <= request.maxBytes) continue
    if (request.oversize !== 'cut') throw new HttpOutError('too_large', 'The reply is larger than allowed.')
    break
  }
  return Buffer.concat(parts).subarray(0, request.maxBytes)
}

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
  )
  return Object.fromEntries(flat)
}
