import { updateAccount } from '../../../application/account/update-account.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { Account, UpdateAccountBody } from '../schemas/account.ts'
import { accountView } from '../views/account-view.ts'

const tags = ['Account']

/** `/v2/account`: what every fax of the account starts from. Test and live keys share it. */
export function registerAccountRoutes(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/account',
    {
      config: { access: needs('faxes:read') },
      schema: { tags, summary: "Read the account's settings", response: { 200: Account } },
    },
    async (request) => {
      const { scope } = callerOf(request)
      return accountView(await services.store.asAccount(scope, (tx) => tx.accounts.get()), scope)
    },
  )

  app.patch(
    '/v2/account',
    {
      config: {
        access: needs('keys:manage'),
        problems: ['number.invalid'],
      },
      schema: {
        tags,
        summary: "Change the account's settings",
        description: "Fields that are absent stay; null goes back to the server's default.",
        body: UpdateAccountBody,
        response: { 200: Account },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      return accountView(await updateAccount(services, scope, actor, request.body), scope)
    },
  )
}
