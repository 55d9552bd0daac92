import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'

/** What the server measures of itself. Labels are closed sets: no account, key, number or path. */
export interface Metrics {
  readonly contentType: string
  /** The exposition format of Prometheus. */
  text(): Promise<string>
  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void
}

/** From a health probe to a hundred-page upload. */
const BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30]

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'answerback_' })
  const duration = new Histogram({
    name: 'answerback_http_request_duration_seconds',
    help: 'Time from the request line to the end of the reply.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  })
  const faults = new Counter({
    name: 'answerback_http_faults_total',
    help: 'Requests this server could not finish (5xx).',
    labelNames: ['route'],
    registers: [registry],
  })
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observeRequest({ method, route, status, seconds }) {
      duration.observe({ method, route, status: String(status) }, seconds)
      if (status >= 500) faults.inc({ route })
    },
  }
}
