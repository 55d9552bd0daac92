import type { E164 } from '../../src/domain/numbers/number.ts'
import {
  type Carrier,
  type CarrierNumber,
  type CarrierRefusal,
  CarrierRefused,
  type CarrierSource,
} from '../../src/ports/carrier.ts'

/** A carrier for live keys that sells each number once, counts what it is asked, and fails when it is told to. */
export class ShopCarrier implements Carrier {
  readonly sold: E164[] = []
  readonly released: E164[] = []
  readonly held = new Map<E164, CarrierNumber>()
  /** Thrown by the next `buy`, before or after the number is sold. */
  failing: { readonly error: Error; readonly sold: boolean } | undefined
  down = false
  /** `buy` waits for it. */
  gate: Promise<void> = Promise.resolve()

  readonly source: CarrierSource = {
    name: 'ifax',
    open: async ({ mode }) => (mode === 'live' ? this : undefined),
  }

  async areas() {
    this.#answer()
    return [{ id: '7', prefix: '202', country: 'US', region: 'DC' }]
  }

  async numbersIn(areaId: string) {
    this.#answer()
    return [...this.held.keys(), '+12026660001' as E164].map((number) => ({ number, areaId }))
  }

  async search(number: E164) {
    this.#answer()
    if (this.held.has(number)) throw new CarrierRefused('unavailable', 'Sold.')
    return { number, areaId: null }
  }

  async buy(number: E164) {
    await this.gate
    this.#answer()
    const { failing } = this
    this.failing = undefined
    if (failing && !failing.sold) throw failing.error
    if (this.held.has(number)) throw new CarrierRefused('unavailable', 'Sold.')
    const bought = { number, reference: { shelf: this.sold.length } }
    this.sold.push(number)
    this.held.set(number, bought)
    if (failing) throw failing.error
    return bought
  }

  async release({ number, reference }: CarrierNumber) {
    this.#answer()
    const held = this.held.get(number)
    if (held?.reference?.shelf !== reference?.shelf) throw refused('not_held')
    this.held.delete(number)
    this.released.push(number)
  }

  async list() {
    this.#answer()
    return [...this.held.values()]
  }

  #answer(): void {
    if (this.down) throw refused('down')
  }
}

export function refused(reason: CarrierRefusal): CarrierRefused {
  return new CarrierRefused(reason, 'As the test wants it.')
}
