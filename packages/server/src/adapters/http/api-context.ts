import type { Services } from '../../application/services.ts'
import type { ProblemCode } from '../../domain/problem/problem.ts'
import type { WebOptions } from '../web/web-app.ts'

/** Filled by `adapters/metrics`. */
export interface MetricsText {
  readonly contentType: string
  text(): Promise<string>
}

/** What the registration function of every `routes/*.ts` gets. */
export interface ApiContext {
  readonly services: Services
  readonly options: WebOptions
  readonly metrics: MetricsText
  /** Addresses and CIDR blocks that may read them; absent: everybody. */
  readonly metricsReaders?: readonly string[]
  /** Of the product, as the OpenAPI document tells it. */
  readonly version: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Problems this route may answer with beside those every route may. For the OpenAPI document. */
    problems?: readonly ProblemCode[]
    /** Whether an Idempotency-Key is honoured. For the OpenAPI document. */
    idempotent?: boolean
    /** Not part of the documented API: pages for people, probes. */
    undocumented?: boolean
  }
}
