import type { Services } from '../../src/application/services.ts'
import { acknowledgeTrunk, createTrunk } from '../../src/application/trunks/trunks.ts'
import type { CallEnd } from '../../src/domain/fax/disposition.ts'
import type { TrunkSettings } from '../../src/domain/trunks/trunk.ts'
import type { Line, OutboundCall } from '../../src/ports/line.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { ACTOR } from './services.ts'
import { TRUNK_SETTINGS } from './trunks.ts'

/** A line with trunks whose far ends a test scripts by the trunk's name. */
export class TrunkLine implements Line {
  readonly name = 'sip'
  readonly modes = ['live'] as const
  readonly usesTrunks = true
  readonly calls: OutboundCall[] = []
  /** Names of the trunks called, in order. */
  readonly log: string[] = []
  readonly #ends = new Map<string, CallEnd[]>()
  readonly #held = new Map<string, Promise<void>>()

  /** The next calls on the trunk end like this, the last one again and again. */
  script(trunkName: string, ...ends: CallEnd[]): void {
    this.#ends.set(trunkName, ends)
  }

  /** Calls on the trunk last until the returned function is called. */
  hold(trunkName: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#held.set(trunkName, promise)
    return () => {
      this.#held.delete(trunkName)
      resolve()
    }
  }

  async place(call: OutboundCall, observer: Parameters<Line['place']>[1]): Promise<CallEnd> {
    const name = call.trunk?.settings.name ?? 'none'
    this.calls.push(call)
    this.log.push(name)
    await this.#held.get(name)
    const script = this.#ends.get(name) ?? []
    const end = (script.length > 1 ? script.shift() : script[0]) ?? DELIVERED
    if (end.dataExchanged === 'none') return end
    await observer.connected()
    const last = call.pages.at(-1)?.number
    for (const { number } of call.pages) {
      await observer.pageSending(number, number === last)
      if (end.disposition !== 'delivered') return end
      await observer.pageConfirmed(number)
    }
    return end
  }
}

export const DELIVERED: CallEnd = {
  disposition: 'delivered',
  dataExchanged: 'some',
  t30Result: 'OK',
  bitRate: 14_400,
  ecm: true,
  t38Mode: 'wait',
}

/** A trunk that may be used, unless told otherwise. Returns its id. */
export async function addTrunk(
  services: Services,
  scope: Scope,
  settings: Partial<TrunkSettings> & { readonly name: string },
  options: { readonly secret?: string; readonly acknowledged?: boolean } = {},
): Promise<string> {
  const wanted = { ...TRUNK_SETTINGS, callsPerSecond: 1e6, ...settings }
  const { id } = await createTrunk(services, scope, ACTOR, wanted, options.secret ?? null)
  if (options.acknowledged !== false) await acknowledgeTrunk(services, scope, ACTOR, id, 'none')
  return id
}
