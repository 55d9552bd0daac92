import packageFile from '../package.json' with { type: 'json' }
import { registerNativeApi } from './adapters/http/register.ts'
import { registerIFax } from './adapters/ifax/register.ts'
import { createMetrics } from './adapters/metrics/metrics.ts'
import { createApp, replaceCertificate } from './adapters/web/app.ts'
import { createFairGate } from './adapters/web/fair-gate.ts'
import { DEFAULT_WEB_OPTIONS, type WebOptions } from './adapters/web/web-app.ts'
import type { Services } from './application/services.ts'
import type { Config } from './config/config.ts'
import { listen } from './listen.ts'
import type { Certificates } from './tls.ts'

/** Of a 429: eight connections that heed none ask sixteen times a second. */
const REFUSAL_DELAY_MS = 500

/** Both faces, on one address. */
export async function startWeb(
  services: Services,
  config: Config,
  { web }: Certificates,
): Promise<{ url: string; close: () => Promise<void> }> {
  const metrics = createMetrics()
  const options: WebOptions = {
    ...DEFAULT_WEB_OPTIONS,
    observe: metrics.observeRequest,
    ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
    rate: { quota: config.requestsPerMinute, windowSeconds: 60 },
    accountRate: { quota: config.accountRequestsPerMinute, windowSeconds: 60 },
    sharesRates: true,
    fairGate: createFairGate(),
    refusalDelayMs: REFUSAL_DELAY_MS,
    ...(web ? { tls: web.pem } : {}),
    isSecure: web !== undefined || config.transport.tlsTerminatedByProxy,
    trustedProxies: config.transport.trustedProxies,
    onlyThroughProxy: config.transport.tlsTerminatedByProxy && web === undefined,
  }
  const app = await createApp(services, options)
  web?.onChange((pem) => replaceCertificate(app, pem))
  const { metricsReaders } = config.transport
  registerNativeApi(app, { services, options, metrics, metricsReaders, version: packageFile.version })
  registerIFax(app, services, { strictHttp200: config.compatStrictHttp200, web: options })
  const url = await listen(app, { host: config.host, port: config.port })
  return { url, close: () => app.close() }
}
