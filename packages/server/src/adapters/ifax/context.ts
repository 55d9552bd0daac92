import type { Services } from '../../application/services.ts'
import type { WebOptions } from '../web/web-app.ts'

/** What the registration function of every iFax route gets. */
export interface IFaxContext {
  readonly services: Services
  readonly web: WebOptions
  /** Refusals of what a client sent travel as HTTP 200 with `status: 0`. */
  readonly strictHttp200: boolean
}

/** iFax's header for the key; `Authorization: Bearer` and `X-Api-Key` work beside it. */
export const KEY_HEADER = 'accesstoken'
