import type { FastifyRequest } from 'fastify'
import type { BasicAuth } from '../../application/sealed/webhook-secrets.ts'
import { changeWebhook, type WebhookChange } from '../../application/webhooks/change-webhook.ts'
import { createWebhook } from '../../application/webhooks/create-webhook.ts'
import { deleteWebhook } from '../../application/webhooks/delete-webhook.ts'
import { listWebhooks } from '../../application/webhooks/read-webhooks.ts'
import type { WebhookView } from '../../application/webhooks/webhook-view.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { EventType } from '../../domain/webhooks/event.ts'
import { idempotently } from '../web/idempotent.ts'
import { needs } from '../web/route-access.ts'
import { callerOf, type WebApp } from '../web/web-app.ts'
import { type IFaxContext, KEY_HEADER } from './context.ts'
import { type Fields, flagField, requiredText, textField } from './fields.ts'
import { success } from './reply.ts'
import { readFields } from './request-fields.ts'
import { INBOUND_EVENTS, SENT_EVENTS } from './webhook-format.ts'

const config = { access: needs('webhooks:manage', KEY_HEADER), undocumented: true } as const

/** `POST`, `GET` and `DELETE /v1/webhooks`: subscriptions that get iFax's own payload. */
export function registerWebhookRoutes(app: WebApp, { services }: IFaxContext): void {
  app.post('/webhooks', { config }, async (request, reply) => {
    const { scope, actor, scopes, grantable = scopes } = callerOf(request)
    const fields = await readFields(request)
    const wanted = { ...readWebhook(fields), grantable }
    // Clients register at every start: the same address again is the same subscription, or each fax would be told twice.
    const held = (await ownWebhooks(request)).find((webhook) => webhook.url === wanted.url)
    if (held?.status === 'enabled') {
      const change = addedBy(held, wanted)
      const now = change ? await changeWebhook(services, scope, actor, held.id, change, grantable) : held
      return success('Webhook already registered', webhookObject(now))
    }
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
  const told = (types: readonly string[]) => types.every((type) => webhook.eventTypes.includes(type))
  return {
    id: webhook.id,
    url: webhook.url,
    events: [...(told(SENT_EVENTS) ? ['sent'] : []), ...(told(INBOUND_EVENTS) ? ['inbound'] : [])],
    status: webhook.status === 'enabled' ? 'ACTIVE' : 'INACTIVE',
    basicAuth: webhook.hasBasicAuth,
    multipart: webhook.multipart,
    createdAt: webhook.createdAt.toISOString(),
  }
}

interface WantedWebhook {
  readonly url: string
  readonly dialect: 'ifax'
  readonly eventTypes: readonly EventType[]
  readonly basicAuth?: BasicAuth
  readonly multipart?: boolean
  readonly secret?: string
}

function readWebhook(fields: Fields): WantedWebhook {
  const basicAuth = readBasicAuth(fields.auth)
  const secret = textField(fields, 'secret')
  return {
    url: textField(fields, 'url', 2_048) ?? requiredText(fields, 'url'),
    dialect: 'ifax' as const,
    eventTypes: readEvents(fields.events),
    ...(basicAuth ? { basicAuth } : {}),
    ...(isAbsent(fields.multipart) ? {} : { multipart: flagField(fields, 'multipart') }),
    ...(secret === undefined ? {} : { secret }),
  }
}

/**
 * What registering an address again changes. Events are added to those it has: somebody else at the address may count on them, and news
 * that nobody asked for harms less than news that stays away. To have fewer, delete the webhook and register it anew.
 */
function addedBy(held: WebhookView, wanted: WantedWebhook): WebhookChange | undefined {
  const added = wanted.eventTypes.some((type) => !held.eventTypes.includes(type))
  const { basicAuth, multipart = held.multipart } = wanted
  if (!added && !basicAuth && multipart === held.multipart) return undefined
  return {
    ...(added
      ? { eventTypes: ALL_EVENTS.filter((type) => [...held.eventTypes, ...wanted.eventTypes].includes(type)) }
      : {}),
    ...(basicAuth ? { basicAuth } : {}),
    multipart,
  }
}

const ALL_EVENTS: readonly EventType[] = [...SENT_EVENTS, ...INBOUND_EVENTS]
const EVENT_WORDS: ReadonlyMap<string, readonly EventType[]> = new Map([
  ['sent', SENT_EVENTS],
  ['inbound', INBOUND_EVENTS],
  ['received', INBOUND_EVENTS],
  ['all', ALL_EVENTS],
])

/** `sent`, `inbound` (or `received`), `all`: one or several; absent or none: all. */
function readEvents(value: unknown): readonly EventType[] {
  if (isAbsent(value)) return ALL_EVENTS
  const words = Array.isArray(value) ? value : [value]
  const chosen = words.map((word) =>
    typeof word === 'string' ? EVENT_WORDS.get(word.toLowerCase()) : undefined,
  )
  if (words.length > EVENT_WORDS.size || chosen.includes(undefined)) {
    throw new Problem('request.invalid', {
      field: 'events',
      detail: '"events" may name "sent" and "inbound".',
    })
  }
  return words.length === 0
    ? ALL_EVENTS
    : ALL_EVENTS.filter((type) => chosen.some((types) => types?.includes(type)))
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function readBasicAuth(value: unknown): BasicAuth | undefined {
  if (isAbsent(value)) return undefined
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
