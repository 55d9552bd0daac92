import type { FastifyRequest } from 'fastify'
import { createWebhook } from '../../application/create-webhook.ts'
import { deleteWebhook } from '../../application/delete-webhook.ts'
import { listWebhooks } from '../../application/read-webhooks.ts'
import type { WebhookView } from '../../application/webhook-view.ts'
import { Problem } from '../../domain/problem.ts'
import { idempotently } from '../web/idempotent.ts'
import { needs } from '../web/route-access.ts'
import { callerOf, type WebApp } from '../web/web-app.ts'
import { type IFaxContext, KEY_HEADER } from './context.ts'
import { type Fields, requiredText, textField } from './fields.ts'
import { success } from './reply.ts'
import { readFields } from './request-fields.ts'
import { SENT_EVENTS } from './webhook-format.ts'

const config = { access: needs('webhooks:manage', KEY_HEADER), undocumented: true } as const

/** `POST`, `GET` and `DELETE /v1/webhooks`: subscriptions that get iFax's own payload. */
export function registerWebhookRoutes(app: WebApp, { services }: IFaxContext): void {
  app.post('/webhooks', { config }, async (request, reply) => {
    const { scope, actor } = callerOf(request)
    const fields = await readFields(request)
    const wanted = readWebhook(fields)
    // Clients register at every start: the same address again is the same subscription, or each fax would be told twice.
    const held = (await ownWebhooks(request)).find((webhook) => webhook.url === wanted.url)
    if (held?.status === 'enabled') return success('Webhook already registered', webhookObject(held))
    return idempotently(services, request, reply, fields, async (finish) => {
      const made = await createWebhook(services, scope, actor, wanted, {
        inTransaction: (tx, { webhook }) =>
          finish(tx, { status: 200, body: success('Webhook registered', webhookObject(webhook)) }),
      })
      const data = { ...webhookObject(made.webhook), secret: made.secret }
      return { status: 200, body: success('Webhook registered', data) }
    })
  })

  app.get('/webhooks', { config }, async (request) =>
    success('Webhooks retrieved successfully', (await ownWebhooks(request)).map(webhookObject)),
  )

  for (const path of ['/webhooks', '/webhooks/:id']) {
    app.delete(path, { config }, async (request) => {
      const { scope, actor } = callerOf(request)
      const named = {
        ...(request.query as Fields),
        ...(await readFields(request)),
        ...(request.params as Fields),
      }
      const id = textField(named, 'id')
      const url = textField(named, 'url', 2_048)
      const found = (await ownWebhooks(request)).find((webhook) => webhook.id === id || webhook.url === url)
      if (id === undefined && url === undefined) {
        throw new Problem('request.missing_field', {
          field: 'id',
          detail: 'Name the webhook by "id" or by "url".',
        })
      }
      if (!found) throw new Problem('webhook.not_found', { detail: 'There is no such webhook.' })
      await deleteWebhook(services, scope, actor, found.id)
      return success('Webhook deleted', { id: found.id })
    })
  }

  async function ownWebhooks(request: FastifyRequest): Promise<WebhookView[]> {
    const webhooks = await listWebhooks(services, callerOf(request).scope)
    return webhooks.filter((webhook) => webhook.dialect === 'ifax')
  }
}

function webhookObject(webhook: WebhookView) {
  return {
    id: webhook.id,
    url: webhook.url,
    events: ['sent'],
    status: webhook.status === 'enabled' ? 'ACTIVE' : 'INACTIVE',
    basicAuth: webhook.hasBasicAuth,
    createdAt: webhook.createdAt.toISOString(),
  }
}

function readWebhook(fields: Fields) {
  assertEvents(fields.events)
  const basicAuth = readBasicAuth(fields.auth)
  const secret = textField(fields, 'secret')
  return {
    url: textField(fields, 'url', 2_048) ?? requiredText(fields, 'url'),
    dialect: 'ifax' as const,
    eventTypes: SENT_EVENTS,
    ...(basicAuth ? { basicAuth } : {}),
    ...(secret === undefined ? {} : { secret }),
  }
}

const EVENT_WORDS = ['sent', 'inbound', 'received', 'all']

/** A subscription that wants only what this server cannot tell must not look as if it worked. */
function assertEvents(value: unknown): void {
  if (value === undefined || value === null) return
  const words = (Array.isArray(value) ? value : [value]).map((word) => String(word).toLowerCase())
  if (!words.every((word) => EVENT_WORDS.includes(word))) {
    throw new Problem('request.invalid', {
      field: 'events',
      detail: '"events" may name "sent" and "inbound".',
    })
  }
  if (words.includes('sent') || words.includes('all') || words.length === 0) return
  throw new Problem('request.invalid', {
    field: 'events',
    detail: 'Receiving faxes is not configured on this server: only "sent" can be subscribed to.',
  })
}

function readBasicAuth(value: unknown): { username: string; password: string } | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const { username, password } = (typeof value === 'object' ? value : {}) as Fields
  const isText = typeof username === 'string' && typeof password === 'string'
  // RFC 7617 §2: a colon would end the user name, and control characters are not allowed.
  if (
    !isText ||
    /[:\p{Cc}]/u.test(username) ||
    /\p{Cc}/u.test(password) ||
    username.length + password.length > 500
  ) {
    throw new Problem('request.invalid', {
      field: 'auth',
      detail: '"auth" must be {"username": …, "password": …}, without a colon in the user name.',
    })
  }
  return { username, password }
}
