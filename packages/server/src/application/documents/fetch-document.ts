import { Problem } from '../../domain/problem/problem.ts'
import { HttpOutError, type HttpOutErrorCode } from '../../ports/http-out.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'
import { type StagedDocument, stageDocument } from './intake-document.ts'

const REDIRECTS_MAX = 3

const REASONS: Readonly<Record<Exclude<HttpOutErrorCode, 'address_refused' | 'too_large'>, string>> = {
  timeout: 'The address did not answer in time.',
  tls: 'The address has no valid certificate.',
  connect: 'The address could not be reached.',
  protocol: 'The address did not answer as an HTTP server does.',
  aborted: 'The fetch was interrupted.',
}

/**
 * Fetches a document that the sender named by URL, now: what is accepted is what will be sent, whatever the address serves later.
 * @throws Problem document.fetch_failed, document.url_refused, and those of `stageDocument`
 */
export async function fetchDocument(
  services: Services,
  scope: Scope,
  source: { readonly url: string; readonly fileName?: string; readonly field: string },
): Promise<StagedDocument> {
  const { field, fileName } = source
  const body = await download(services, source.url, field)
  return stageDocument(services, scope, body, { field, ...(fileName ? { fileName } : {}) })
}

async function download(services: Services, url: string, field: string): Promise<Buffer> {
  const { documentBytesMax, fetchTimeoutMs, allowedPrivateHosts } = services.policy
  try {
    const response = await services.httpOut.request({
      method: 'GET',
      url,
      headers: { accept: 'application/pdf, image/tiff, image/png, image/jpeg' },
      timeoutMs: fetchTimeoutMs,
      maxBytes: documentBytesMax,
      policy: { redirects: REDIRECTS_MAX, allowedHosts: allowedPrivateHosts },
    })
    if (response.status === 200) return response.body
    throw new Problem('document.fetch_failed', {
      field,
      detail: `The address answered with HTTP status ${response.status}.`,
    })
  } catch (error) {
    if (!(error instanceof HttpOutError)) throw error
    throw problemOf(error.code, field)
  }
}

/** The same address may answer later, and will neither become a public one nor hold less. */
function problemOf(code: HttpOutErrorCode, field: string): Problem {
  if (code === 'address_refused') return new Problem('document.url_refused', { field })
  if (code === 'too_large') return new Problem('document.too_large', { field })
  return new Problem('document.fetch_failed', { field, detail: REASONS[code] })
}
