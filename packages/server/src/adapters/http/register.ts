import type { WebApp } from '../web/web-app.ts'
import type { ApiContext } from './api-context.ts'
import { registerAccountRoutes } from './routes/account.ts'
import { registerApiKeyRoutes } from './routes/api-keys.ts'
import { registerAssociateRoutes } from './routes/associates.ts'
import { registerAuditRoutes } from './routes/audit.ts'
import { registerBreakGlassRoutes } from './routes/break-glass.ts'
import { registerComplianceRoutes } from './routes/compliance.ts'
import { registerCoverPageRoutes } from './routes/cover-pages.ts'
import { registerDisclosureRoutes } from './routes/disclosures.ts'
import { registerDocsRoutes } from './routes/docs.ts'
import { registerEstimateRoutes } from './routes/estimates.ts'
import { registerEventRoutes } from './routes/events.ts'
import { registerFaxContentRoutes } from './routes/fax-content.ts'
import { registerFaxHistoryRoutes } from './routes/fax-history.ts'
import { registerFaxRoutes } from './routes/faxes.ts'
import { registerForgottenPassword } from './routes/forgotten-password.ts'
import { registerInboundRoutes } from './routes/inbound.ts'
import { registerInboundRouteRoutes } from './routes/inbound-routes.ts'
import { registerIncidentRoutes } from './routes/incidents.ts'
import { registerKeyringRoutes } from './routes/keyring.ts'
import { registerMailboxRoutes } from './routes/mailboxes.ts'
import { registerMeRoutes } from './routes/me.ts'
import { registerNumberRoutes } from './routes/numbers.ts'
import { registerProviderHooks } from './routes/provider-hooks.ts'
import { registerProviderRoutes } from './routes/providers.ts'
import { registerRecipientRoutes } from './routes/recipients.ts'
import { registerReconciliationRoutes } from './routes/reconciliations.ts'
import { registerRetentionRoutes } from './routes/retention.ts'
import { registerShreddingRoutes } from './routes/shredding.ts'
import { registerSignInRoutes } from './routes/sign-in.ts'
import { registerSsoRoutes } from './routes/sso.ts'
import { registerSystemRoutes } from './routes/system.ts'
import { registerTestRoutes } from './routes/test-controls.ts'
import { registerTrunkRoutes } from './routes/trunks.ts'
import { registerUploadRoutes } from './routes/uploads.ts'
import { registerUsageRoutes } from './routes/usage.ts'
import { registerUserRoutes } from './routes/users.ts'
import { registerDeliveryRoutes } from './routes/webhook-deliveries.ts'
import { registerWebhookRoutes } from './routes/webhooks.ts'

/** Every route of the native API, `/v2`, and what describes and watches it. Other faces register before `app.ready()`. */
export function registerNativeApi(app: WebApp, context: ApiContext): void {
  registerFaxRoutes(app, context)
  registerFaxHistoryRoutes(app, context)
  registerFaxContentRoutes(app, context)
  registerEstimateRoutes(app, context)
  registerUploadRoutes(app, context)
  registerCoverPageRoutes(app, context)
  registerInboundRoutes(app, context)
  registerMailboxRoutes(app, context)
  registerInboundRouteRoutes(app, context)
  registerRecipientRoutes(app, context)
  registerIncidentRoutes(app, context)
  registerAccountRoutes(app, context)
  registerUsageRoutes(app, context)
  registerTrunkRoutes(app, context)
  registerAssociateRoutes(app, context)
  registerComplianceRoutes(app, context)
  registerProviderRoutes(app, context)

  registerProviderHooks(app, context)
  registerReconciliationRoutes(app, context)
  registerNumberRoutes(app, context)
  registerApiKeyRoutes(app, context)
  registerWebhookRoutes(app, context)
  registerDeliveryRoutes(app, context)
  registerEventRoutes(app, context)
  registerAuditRoutes(app, context)
  registerRetentionRoutes(app, context)
  registerShreddingRoutes(app, context)
  registerKeyringRoutes(app, context)
  registerDisclosureRoutes(app, context)
  registerSignInRoutes(app, context)
  registerForgottenPassword(app, context)
  registerSsoRoutes(app, context)
  registerMeRoutes(app, context)
  registerUserRoutes(app, context)
  registerBreakGlassRoutes(app, context)
  registerTestRoutes(app, context)
  registerSystemRoutes(app, context)
  registerDocsRoutes(app, context)
}
