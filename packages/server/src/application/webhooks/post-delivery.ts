import { signatureHeaders } from '../../domain/webhooks/webhook-signature.ts'
import { HttpOutError, type HttpOutResponse } from '../../ports/http-out.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'
import { webhookPolicy } from './check-webhook-url.ts'
import type { Claimed } from './claim-delivery.ts'
import { jsonBody, type WebhookBody } from './webhook-format.ts'
import { readPostedPages } from './webhook-pages.ts'

/** What a receiver says is read off the wire up to here, and dropped. */
const RESPONSE_BYTES_MAX = 64 * 1024

/** How a post ended, or that nothing left. */
export interface PostResult {
  readonly durationMs: number
  readonly responseStatus: number | null
  readonly errorCode: string | null
  readonly retryAfter: string | undefined
}

const KEPT_BACK: PostResult = {
  durationMs: 0,
  responseStatus: null,
  errorCode: 'baa_required',
  retryAfter: undefined,
}

/** Posts what was claimed, where it may go to the receiver. Never throws for what a receiver or the network does. */
export async function postDelivery(services: Services, scope: Scope, claimed: Claimed): Promise<PostResult> {
  if (!claimed.mayPost) return KEPT_BACK
  return post(services, scope, claimed, await composeBody(services, claimed))
}

/** Outside the transaction: pages are read from where documents lie. */
async function composeBody(services: Services, claimed: Claimed): Promise<WebhookBody> {
  const { format, material, pages } = claimed
  if (!pages || !format.composeForm) return jsonBody(format.compose(material))
  return format.composeForm(material, await readPostedPages(services, pages))
}

async function post(
  services: Services,
  scope: Scope,
  claimed: Claimed,
  body: WebhookBody,
): Promise<PostResult> {
  const startedAt = services.clock.now()
  const ended = (outcome: Omit<PostResult, 'durationMs'>) => ({
    durationMs: Math.max(0, services.clock.now() - startedAt),
    ...outcome,
  })
  try {
    const response = await services.httpOut.request({
      method: 'POST',
      url: claimed.url,
      headers: headersOf(claimed, body, startedAt),
      body: body.bytes,
      timeoutMs: claimed.format.timeoutMs,
      maxBytes: RESPONSE_BYTES_MAX,
      oversize: 'cut',
      policy: webhookPolicy(services, scope),
      presentsCertificate: true,
    })
    const isRedirect = response.status >= 300 && response.status < 400
    return ended({
      responseStatus: response.status,
      errorCode: isRedirect ? 'redirect_refused' : null,
      retryAfter: retryAfterOf(response),
    })
  } catch (error) {
    if (!(error instanceof HttpOutError)) throw error
    return ended({ responseStatus: null, errorCode: error.code, retryAfter: undefined })
  }
}

function headersOf(
  { basicAuth, delivery, secrets }: Claimed,
  { contentType, bytes }: WebhookBody,
  nowMs: number,
): Record<string, string> {
  // Real time even where the account's clock was moved: receivers compare the timestamp with their own clock.
  const timestamp = Math.floor(nowMs / 1_000)
  return {
    'content-type': contentType,
    'user-agent': 'Answerback-Webhooks/1',
    ...signatureHeaders({ id: delivery.eventId, timestamp, body: bytes }, secrets),
    ...(basicAuth && {
      authorization: `Basic ${Buffer.from(`${basicAuth.username}:${basicAuth.password}`).toString('base64')}`,
    }),
  }
}

/** Only these two statuses speak of load; elsewhere the field means something else or nothing. */
function retryAfterOf(response: HttpOutResponse): string | undefined {
  return response.status === 429 || response.status === 503 ? response.headers['retry-after'] : undefined
}
