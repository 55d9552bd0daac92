import type { FastifyRequest } from 'fastify'
import { testProvider } from '../../../application/providers/provider-test.ts'
import {
  changeProvider,
  createProvider,
  deleteProvider,
  getProvider,
  listProviders,
  rotateHookToken,
} from '../../../application/providers/providers.ts'
import type { ProviderSettings } from '../../../domain/providers/provider.ts'
import { idempotently } from '../../web/idempotent.ts'
import { originOf } from '../../web/origin.ts'
import { signalOf } from '../../web/request-signal.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { changedProviderSettings, newProviderSettings } from '../provider-settings.ts'
import { IdParam, Nothing } from '../schemas/common.ts'
import {
  CreateProviderBody,
  Provider,
  ProviderList,
  ProviderReport,
  ProviderWithHook,
  UpdateProviderBody,
} from '../schemas/provider.ts'
import { providerView } from '../views/provider-view.ts'

const tags = ['Providers']
const params = IdParam('prv', 'provider')
const reading = needs('trunks:read')
const writing = needs('trunks:write')

/** `/v2/providers`: others whose lines carry faxes for this account. */
export function registerProviderRoutes(app: WebApp, context: ApiContext): void {
  registerReading(app, context)
  registerMake(app, context)
  registerChange(app, context)
  registerHook(app, context)
  registerDelete(app, context)
  registerTest(app, context)
}

function registerReading(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/providers',
    {
      config: { access: reading },
      schema: {
        tags,
        summary: 'List providers',
        description: 'Oldest first, as they are tried. A test key has none.',
        response: { 200: ProviderList },
      },
    },
    async (request) => {
      const providers = await listProviders(services, callerOf(request).scope)
      return { data: providers.map(providerView), nextCursor: null }
    },
  )

  app.get(
    '/v2/providers/:id',
    {
      config: { access: reading, problems: ['provider.not_found'] },
      schema: { tags, summary: 'Read a provider', params, response: { 200: Provider } },
    },
    async (request) => providerView(await getProvider(services, callerOf(request).scope, request.params.id)),
  )
}

function registerMake(app: WebApp, { services, options }: ApiContext): void {
  app.post(
    '/v2/providers',
    {
      config: {
        access: writing,
        idempotent: true,
        problems: ['provider.invalid', 'provider.test_key'],
      },
      schema: {
        tags,
        summary: 'Add a provider',
        description:
          'No fax goes through it before the account says so: PATCH /v2/account with "outboundLine". See docs/guides/use-ifax-as-a-provider.md.',
        body: CreateProviderBody,
        response: { 201: ProviderWithHook },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const { apiKey, hookAuth = null } = request.body
      const wanted = { settings: newProviderSettings(request.body), apiKey, hookAuth }
      return idempotently(services, request, reply, request.body, async (finish) => {
        const { provider, hookToken } = await createProvider(services, scope, actor, wanted, {
          inTransaction: (tx, made) =>
            finish(tx, { status: 201, body: { ...providerView(made), hookUrl: null } }),
        })
        const hookUrl = hookUrlOf(request, options.publicUrl, hookToken)
        return { status: 201, body: { ...providerView(provider), hookUrl } }
      })
    },
  )
}

function registerChange(app: WebApp, { services }: ApiContext): void {
  app.patch(
    '/v2/providers/:id',
    {
      config: {
        access: writing,
        problems: ['provider.invalid', 'provider.not_found'],
      },
      schema: {
        tags,
        summary: 'Change a provider',
        description: 'Fields that are absent stay. Faxes in its hands are followed as before.',
        params,
        body: UpdateProviderBody,
        response: { 200: Provider },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      const { body } = request
      const { apiKey, hookAuth } = body
      const changed = await changeProvider(services, scope, actor, request.params.id, {
        settings: (before: ProviderSettings) => changedProviderSettings(before, body),
        ...(apiKey === undefined ? {} : { apiKey }),
        ...(hookAuth === undefined ? {} : { hookAuth }),
        fields: Object.keys(body),
      })
      return providerView(changed)
    },
  )
}

function registerHook(app: WebApp, { services, options }: ApiContext): void {
  app.post(
    '/v2/providers/:id/rotate-hook',
    {
      config: { access: writing, problems: ['provider.not_found'] },
      schema: {
        tags,
        summary: 'Give a provider a new address to post to',
        description: 'The old one ends at once: tell the provider the new one.',
        params,
        response: { 200: ProviderWithHook },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      const { provider, hookToken } = await rotateHookToken(services, scope, actor, request.params.id)
      return { ...providerView(provider), hookUrl: hookUrlOf(request, options.publicUrl, hookToken) }
    },
  )
}

function registerDelete(app: WebApp, { services }: ApiContext): void {
  app.delete(
    '/v2/providers/:id',
    {
      config: { access: writing, problems: ['provider.in_use', 'provider.not_found'] },
      schema: {
        tags,
        summary: 'Delete a provider',
        description:
          'Refused while it has faxes that have not ended. Attempts and received faxes keep its id.',
        params,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      await deleteProvider(services, scope, actor, request.params.id)
      return reply.code(204).send(null)
    },
  )
}

function registerTest(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/providers/:id/test',
    {
      config: { access: writing, problems: ['provider.not_found', 'provider.not_available'] },
      schema: {
        tags,
        summary: 'Test a provider',
        description: 'Asks it for the list of our numbers, which costs nothing and sends nothing.',
        params,
        response: { 200: ProviderReport },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const report = await testProvider(services, scope, actor, request.params.id, signalOf(reply))
      return { ...report, checks: report.checks.map((check) => ({ ...check })) }
    },
  )
}

function hookUrlOf(request: FastifyRequest, publicUrl: string | undefined, token: string): string {
  return `${publicUrl ?? originOf(request)}/hooks/ifax/${token}`
}
