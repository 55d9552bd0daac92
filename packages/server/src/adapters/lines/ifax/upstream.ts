import type { OpenProvider } from '../../../domain/providers/provider.ts'
import type { HttpOut, HttpOutPolicy } from '../../../ports/http-out.ts'
import type { Upstream } from '../../../ports/upstream.ts'
import { IFaxClient } from './client.ts'
import { numberShop } from './number-shop.ts'

export interface IFaxUpstreamOptions {
  readonly httpOut: HttpOut
  /** Whom this server may speak to: as for webhooks, public addresses and those the operator listed. */
  readonly policy: HttpOutPolicy
  readonly documentBytesMax: number
  /** Of one request, a document's transfer included. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 60_000

export function createIFaxUpstream(options: IFaxUpstreamOptions): Upstream {
  const { httpOut, policy, documentBytesMax, timeoutMs = TIMEOUT_MS } = options
  const open = (provider: OpenProvider) =>
    new IFaxClient(provider, { httpOut, policy, documentBytesMax, timeoutMs })
  return { open, numberShop: (provider) => numberShop(open(provider)) }
}
