import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import {
  openProviderHook,
  type ProviderPost,
  takeProviderPost,
} from '../../../application/providers/provider-hook.ts'
import { parseReference } from '../../../domain/providers/upstream-fax.ts'
import { readForm } from '../../web/multipart.ts'
import { PUBLIC } from '../../web/route-access.ts'
import type { WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'

/** A post has a dozen short fields. */
const JSON_BYTES_MAX = 64 * 1024
const FIELDS_MAX = 60
const FIELD_BYTES_MAX = 4 * 1024

/**
 * `POST /hooks/ifax/:token`: where a provider tells us of faxes. The token says whose it is, and user name and password may be asked for
 * besides. Two ids are taken from the body and nothing else: what they stand for is asked for with our own key.
 */
export function registerProviderHooks(app: WebApp, { services, options }: ApiContext): void {
  app.post(
    '/hooks/ifax/:token',
    {
      config: { access: PUBLIC, undocumented: true },
      bodyLimit: JSON_BYTES_MAX,
      schema: { params: Type.Object({ token: Type.String({ minLength: 1, maxLength: 100 }) }) },
      onRequest: (request, reply) => app.limits.countAddress(request, reply, 'hook'),
    },
    async (request) => {
      // Before a form is read: nobody without the token makes us read one.
      const hook = await openProviderHook(services, request.params.token, request.headers.authorization)
      const post = readPost(await readFields(request, options.formBytesMax))
      // A shape we do not know is no reason for the provider to post it again.
      if (post) await takeProviderPost(services, hook, post)
      else services.log.warn('provider.post_unknown', { requestId: request.id, providerId: hook.providerId })
      return { received: true }
    },
  )
}

type Fields = Readonly<Record<string, unknown>>

/** A file that comes along is read off the wire and dropped: documents come from the provider's download alone. */
async function readFields(request: FastifyRequest, formBytesMax: number): Promise<Fields> {
  if (!/^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '')) {
    const { body } = request
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Fields) : {}
  }
  const limits = {
    files: 5,
    fileBytes: formBytesMax,
    fields: FIELDS_MAX,
    fieldBytes: FIELD_BYTES_MAX,
    totalBytes: formBytesMax,
  }
  const form = await readForm(request.raw, limits, drain, async () => undefined)
  return Object.fromEntries(form.fields)
}

async function drain({ content }: { readonly content: AsyncIterable<Uint8Array> }): Promise<void> {
  for await (const _ of content);
}

/** `direction` is `sent` or `inbound`; where it is missing, only a received fax has a `transactionId`. */
function readPost(fields: Fields): ProviderPost | undefined {
  const reference = parseReference(fields.jobId)
  if (reference === undefined) return undefined
  const transactionId = parseReference(fields.transactionId)
  const direction = fields.direction ?? (transactionId === undefined ? 'sent' : 'inbound')
  return { direction: direction === 'sent' ? 'sent' : 'received', reference, transactionId }
}
