import { changeApiKey } from '../../../application/api-keys/change-api-key.ts'
import { createApiKey } from '../../../application/api-keys/create-api-key.ts'
import { getApiKey } from '../../../application/api-keys/get-api-key.ts'
import { listApiKeys } from '../../../application/api-keys/list-api-keys.ts'
import { revokeApiKey } from '../../../application/api-keys/revoke-api-key.ts'
import { rotateApiKey } from '../../../application/api-keys/rotate-api-key.ts'
import { isListed } from '../../../domain/access/address-list.ts'
import { UNBOUND } from '../../../domain/access/key-bounds.ts'
import { Problem } from '../../../domain/problem/problem.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import {
  ApiKey,
  ApiKeyList,
  ApiKeyWithSecret,
  CreateApiKeyBody,
  RotateApiKeyBody,
  UpdateApiKeyBody,
} from '../schemas/api-key.ts'
import { IdParam } from '../schemas/common.ts'
import { apiKeyView } from '../views/api-key-view.ts'

const access = needs('keys:manage')
const tags = ['API keys']
const params = IdParam('key', 'API key')

/** `/v2/api-keys`: make, list, change, rotate and revoke keys of the caller's own account and mode. */
export function registerApiKeyRoutes(app: WebApp, context: ApiContext): void {
  registerMake(app, context)
  registerList(app, context)
  registerRead(app, context)
  registerChange(app, context)
  registerRotate(app, context)
  registerRevoke(app, context)
}

function registerMake(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/api-keys',
    {
      config: { access, idempotent: true },
      schema: { tags, summary: 'Make a key', body: CreateApiKeyBody, response: { 201: ApiKeyWithSecret } },
    },
    async (request, reply) => {
      const { scope, actor, scopes: own, grantable = own, bounds = UNBOUND } = callerOf(request)
      const { name, scopes, expiresAt, allowedAddresses } = request.body
      const wanted = {
        name,
        ...(allowedAddresses === undefined ? {} : { allowedAddresses }),
        ...{ grantable, bounds },
        ...(scopes === undefined ? {} : { scopes }),
        ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
      }
      return idempotently(services, request, reply, request.body, async (finish) => {
        const made = await createApiKey(services, scope, actor, wanted, {
          inTransaction: (tx, { key }) =>
            finish(tx, { status: 201, body: { ...apiKeyView(key), secret: null } }),
        })
        return { status: 201, body: { ...apiKeyView(made.key), secret: made.secret } }
      })
    },
  )
}

function registerList(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/api-keys',
    { config: { access }, schema: { tags, summary: 'List keys', response: { 200: ApiKeyList } } },
    async (request) => {
      const keys = await listApiKeys(services, callerOf(request).scope)
      return { data: keys.map(apiKeyView), nextCursor: null }
    },
  )
}

function registerRead(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/api-keys/:id',
    {
      config: { access, problems: ['api_key.not_found'] },
      schema: { tags, summary: 'Read a key', params, response: { 200: ApiKey } },
    },
    async (request) => apiKeyView(await getApiKey(services, callerOf(request).scope, request.params.id)),
  )
}

function registerChange(app: WebApp, { services }: ApiContext): void {
  app.patch(
    '/v2/api-keys/:id',
    {
      config: { access, problems: ['api_key.not_found'] },
      schema: { tags, summary: 'Change a key', params, body: UpdateApiKeyBody, response: { 200: ApiKey } },
    },
    async (request) => {
      const { scope, actor, scopes, grantable = scopes, bounds } = callerOf(request)
      const { expiresAt, ...rest } = request.body
      refuseLockOut(request.keyId === request.params.id, rest.allowedAddresses, request.ip)
      const change = {
        ...rest,
        ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
      }
      const changed = await changeApiKey(services, scope, actor, request.params.id, change, grantable, bounds)
      app.keys.forget(changed.id)
      return apiKeyView(changed)
    },
  )
}

/** A key that may not be used from where it is used now could not take that back. */
function refuseLockOut(isOwn: boolean, allowed: readonly string[] | null | undefined, address: string): void {
  if (!isOwn || !allowed || isListed(allowed, address)) return
  const detail = 'This key would not work any more from the address it is used from now.'
  throw new Problem('request.invalid', { field: 'allowedAddresses', detail })
}

function registerRotate(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/api-keys/:id/rotate',
    {
      config: { access, idempotent: true, problems: ['api_key.not_found'] },
      schema: {
        tags,
        summary: 'Rotate a key',
        description: 'Makes a new key like this one; this one still works for "overlapHours".',
        params,
        body: RotateApiKeyBody,
        response: { 201: ApiKeyWithSecret },
      },
    },
    async (request, reply) => {
      const { scope, actor, scopes, grantable = scopes, bounds = UNBOUND } = callerOf(request)
      const options = { overlapHours: request.body.overlapHours ?? 24, grantable, bounds }
      return idempotently(services, request, reply, request.body, async (finish) => {
        const made = await rotateApiKey(services, scope, actor, request.params.id, options, {
          inTransaction: (tx, { key }) =>
            finish(tx, { status: 201, body: { ...apiKeyView(key), secret: null } }),
        })
        // It ends with the overlap now.
        app.keys.forget(request.params.id)
        return { status: 201, body: { ...apiKeyView(made.key), secret: made.secret } }
      })
    },
  )
}

function registerRevoke(app: WebApp, { services }: ApiContext): void {
  app.delete(
    '/v2/api-keys/:id',
    {
      config: { access, problems: ['api_key.not_found'] },
      schema: {
        tags,
        summary: 'Revoke a key',
        description:
          'For good. This server process refuses the key at once, every other one within five seconds.',
        params,
        response: { 200: ApiKey },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      const revoked = await revokeApiKey(services, scope, actor, request.params.id)
      app.keys.forget(revoked.id)
      return apiKeyView(revoked)
    },
  )
}
