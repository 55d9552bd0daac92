import type { WebApp } from '../web/web-app.ts'
import type { ApiContext } from './api-context.ts'
import { registerApiKeyRoutes } from './routes/api-keys.ts'
import { registerEventRoutes } from './routes/events.ts'
import { registerFaxRoutes } from './routes/faxes.ts'
import { registerDeliveryRoutes } from './routes/webhook-deliveries.ts'
import { registerWebhookRoutes } from './routes/webhooks.ts'

/** Every route of the native API, `/v2`, and what describes and watches it. */
export function registerNativeApi(app: WebApp, context: ApiContext): void {
  registerFaxRoutes(app, context)
  registerWebhookRoutes(app, context)
  registerDeliveryRoutes(app, context)
  registerEventRoutes(app, context)
  registerApiKeyRoutes(app, context)
}
