import type { E164 } from '../domain/numbers/number.ts'
import type { OpenProvider } from '../domain/providers/provider.ts'
import type { UpstreamFax, UpstreamReceived } from '../domain/providers/upstream-fax.ts'
import type { Carrier } from './carrier.ts'
import type { OutboundPage } from './line.ts'

/** Opens a conversation with a provider; nothing is connected before something is asked. */
export interface Upstream {
  open(provider: OpenProvider): UpstreamClient
  /** Its numbers: those it holds for us, and those it sells. */
  numberShop(provider: OpenProvider): Carrier
}

export interface UpstreamSend {
  readonly attemptId: string
  /** When the attempt began. */
  readonly at: Date
  readonly to: E164
  readonly from: E164 | undefined
  readonly pages: readonly OutboundPage[]
}

/** Faxes begun or received from `from` to `to`. Providers count in whole days, so more may come. */
export interface UpstreamWindow {
  readonly from: Date
  readonly to: Date
}

/** A number at the provider. */
export interface UpstreamNumber {
  readonly number: string
  /** How it is named when it is given back. */
  readonly numberId: string | undefined
  readonly orderId: string | undefined
}

/**
 * A provider's API. Everything it answers was parsed and bounded; nothing it says is believed further than `docs/guides/use-ifax-as-a-provider.md`
 * tells. Every call throws `UpstreamError` and nothing else.
 */
export interface UpstreamClient {
  /** @returns its reference. @throws UpstreamError: only `unclear` leaves open whether the fax was taken */
  send(fax: UpstreamSend, signal: AbortSignal): Promise<string>
  /** Sends a failed fax again. @returns the reference of the new one */
  resend(reference: string, signal: AbortSignal): Promise<string>
  /** `undefined` when it knows no such fax. */
  status(reference: string, signal: AbortSignal): Promise<UpstreamFax | undefined>
  /** Asks it to stop a fax; what came of that, `status` tells. */
  cancel(reference: string, signal: AbortSignal): Promise<void>
  sent(window: UpstreamWindow, signal: AbortSignal): Promise<readonly UpstreamFax[]>
  received(window: UpstreamWindow, signal: AbortSignal): Promise<readonly UpstreamReceived[]>
  /** The document of a received fax. @returns the bytes as they came, not yet looked at */
  download(reference: string, transactionId: string | undefined, signal: AbortSignal): Promise<Buffer>
  numbers(signal: AbortSignal): Promise<readonly UpstreamNumber[]>
}

export type UpstreamErrorKind =
  /** It answered and said no. */
  | 'refused'
  /** It was not reached: the request cannot have been taken. */
  | 'not_reached'
  /** It may have been taken: the answer was lost, broken, or a fault of theirs. */
  | 'unclear'

/** The message says what happened in our words; what the provider said is not in it. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  readonly kind: UpstreamErrorKind
  /** Its number for the refusal. */
  readonly code: number | undefined
  /** 0 when there was no answer. */
  readonly httpStatus: number

  constructor(
    kind: UpstreamErrorKind,
    sentence: string,
    told: { code?: number | undefined; httpStatus?: number } = {},
  ) {
    super(sentence)
    this.kind = kind
    this.code = told.code
    this.httpStatus = told.httpStatus ?? 0
  }
}
