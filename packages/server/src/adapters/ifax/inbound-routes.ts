import { needs } from '../web/route-access.ts'
import type { WebApp } from '../web/web-app.ts'
import { type IFaxContext, KEY_HEADER } from './context.ts'
import { receivingNotConfigured } from './reply.ts'

const INBOUND_PATHS = [
  'fax-list',
  'fax-list-all',
  'fax-download',
  'number-list',
  'area-list',
  'numbers',
  'search',
  'buy',
  'number-delete',
]

/** Clients call these at start-up or on a timer: a plain answer, never an empty list that looks like "nothing came". */
export function registerInboundRoutes(app: WebApp, { strictHttp200 }: IFaxContext): void {
  for (const path of INBOUND_PATHS) {
    app.post(
      `/customer/inbound/${path}`,
      { config: { access: needs('faxes:read', KEY_HEADER), undocumented: true } },
      async (request, reply) => receivingNotConfigured(request, reply, strictHttp200),
    )
  }
}
