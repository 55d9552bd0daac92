import { changeWebhook } from '../../../application/webhooks/change-webhook.ts'
import { createWebhook } from '../../../application/webhooks/create-webhook.ts'
import { deleteWebhook } from '../../../application/webhooks/delete-webhook.ts'
import { pingWebhook } from '../../../application/webhooks/ping-webhook.ts'
import { getWebhook, listWebhooks } from '../../../application/webhooks/read-webhooks.ts'
import { rotateWebhookSecret } from '../../../application/webhooks/rotate-webhook-secret.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam } from '../schemas/common.ts'
import {
  CreateWebhookBody,
  Ping,
  RotateSecretBody,
  UpdateWebhookBody,
  Webhook,
  WebhookList,
  WebhookWithSecret,
} from '../schemas/webhook.ts'
import { webhookBody } from '../views/webhook-view.ts'

const access = needs('webhooks:manage')
const tags = ['Webhooks']
const params = IdParam('whk', 'webhook')

/** `/v2/webhooks`: who is told of events, and with which secret. */
export function registerWebhookRoutes(app: WebApp, context: ApiContext): void {
  registerReading(app, context)
  registerMake(app, context)
  registerChange(app, context)
  registerDelete(app, context)
  registerSecrets(app, context)
}

function registerReading(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/webhooks',
    { config: { access }, schema: { tags, summary: 'List webhooks', response: { 200: WebhookList } } },
    async (request) => {
      const webhooks = await listWebhooks(services, callerOf(request).scope)
      return { data: webhooks.map(webhookBody), nextCursor: null }
    },
  )

  app.get(
    '/v2/webhooks/:id',
    {
      config: { access, problems: ['webhook.not_found'] },
      schema: { tags, summary: 'Read a webhook', params, response: { 200: Webhook } },
    },
    async (request) => webhookBody(await getWebhook(services, callerOf(request).scope, request.params.id)),
  )
}

function registerMake(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/webhooks',
    {
      config: {
        access,
        idempotent: true,
        problems: ['webhook.url_refused', 'auth.baa_required'],
      },
      schema: {
        tags,
        summary: 'Make a webhook',
        description:
          'The answer holds the secret that signs every post; it is told once. One that tells numbers takes a caller who may read them (faxes:content and inbound:content).',
        body: CreateWebhookBody,
        response: { 201: WebhookWithSecret },
      },
    },
    async (request, reply) => {
      const { scope, actor, scopes, grantable = scopes } = callerOf(request)
      const wanted = {
        ...request.body,
        grantable,
        dialect: 'native' as const,
        eventTypes: request.body.eventTypes ?? [],
      }
      return idempotently(services, request, reply, request.body, async (finish) => {
        const made = await createWebhook(services, scope, actor, wanted, {
          inTransaction: (tx, { webhook }) =>
            finish(tx, { status: 201, body: { ...webhookBody(webhook), secret: null } }),
        })
        return { status: 201, body: { ...webhookBody(made.webhook), secret: made.secret } }
      })
    },
  )
}

function registerChange(app: WebApp, { services }: ApiContext): void {
  app.patch(
    '/v2/webhooks/:id',
    {
      config: {
        access,
        problems: ['webhook.not_found', 'webhook.url_refused', 'auth.baa_required'],
      },

      schema: {
        tags,
        summary: 'Change a webhook',
        description:
          'Disabling it fails what still waits for it; enabling brings none of that back: replay it.',
        params,
        body: UpdateWebhookBody,
        response: { 200: Webhook },
      },
    },
    async (request) => {
      const { scope, actor, scopes, grantable = scopes } = callerOf(request)
      const { params, body } = request
      return webhookBody(await changeWebhook(services, scope, actor, params.id, body, grantable))
    },
  )
}

function registerDelete(app: WebApp, { services }: ApiContext): void {
  app.delete(
    '/v2/webhooks/:id',
    {
      config: { access, problems: ['webhook.not_found'] },
      schema: { tags, summary: 'Delete a webhook', params },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      await deleteWebhook(services, scope, actor, request.params.id)
      return reply.code(204).send()
    },
  )
}

function registerSecrets(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/webhooks/:id/rotate-secret',
    {
      config: { access, idempotent: true, problems: ['webhook.not_found'] },
      schema: {
        tags,
        summary: 'Rotate the secret',
        description: 'Answers a new secret. Posts are signed with both for "overlapHours".',
        params,
        body: RotateSecretBody,
        response: { 200: WebhookWithSecret },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const overlapHours = request.body.overlapHours ?? 24
      return idempotently(services, request, reply, request.body, async (finish) => {
        const made = await rotateWebhookSecret(services, scope, actor, request.params.id, overlapHours, {
          inTransaction: (tx, { webhook }) =>
            finish(tx, { status: 200, body: { ...webhookBody(webhook), secret: null } }),
        })
        return { status: 200, body: { ...webhookBody(made.webhook), secret: made.secret } }
      })
    },
  )

  app.post(
    '/v2/webhooks/:id/ping',
    {
      config: { access, problems: ['request.invalid', 'webhook.not_found'] },
      schema: {
        tags,
        summary: 'Ping a webhook',
        description: 'Posts the event webhook.ping to this webhook alone.',
        params,
        response: { 202: Ping },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      return reply.code(202).send(await pingWebhook(services, scope, actor, request.params.id))
    },
  )
}
