import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import { readReceivedPages } from '../../src/application/inbox/read-received.ts'
import {
  beginReception,
  endReception,
  keepReceivedPage,
} from '../../src/application/receiving/receive-fax.ts'
import type { CallEnd } from '../../src/domain/fax/disposition.ts'
import type { ReceivedPage } from '../../src/ports/inbound-calls.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { ACTOR, type TestServices } from './services.ts'

export const CALLED = '+12025550170'
export const CALLER = '+12025550171'

let drawn = 0

/** A page like no other of this process: black bars that spell a number. */
export function distinctPage(number: number, rows = 80): ReceivedPage {
  const bitmap = createBitmap(1728, rows)
  drawn += 1
  for (let bit = 0; bit < 16; bit += 1) {
    if ((drawn >> bit) & 1) bitmap.words[(4 + bit * 4) * bitmap.stride + bit] = 0xffffffff
  }
  const t6 = encodeT6(bitmap)
  return { number, width: 1728, rows, resolution: 'fine', t6, badRows: 0, quality: 'clean' }
}

/** A call that came in with so many pages, each another; ids of later ones sort after it. */
export async function receiveDistinct(
  services: TestServices,
  scope: Scope,
  pages: number | readonly ReceivedPage[],
  call: { readonly from?: string | null; readonly disposition?: CallEnd['disposition'] } = {},
): Promise<string> {
  const id = await beginDistinct(services, scope, pages, call.from)
  const disposition = call.disposition ?? 'delivered'
  await endReception(services, { scope, id }, { disposition, dataExchanged: 'some' })
  services.clock.jumpTo(services.clock.now() + 10)
  return id
}

/** The same, still coming in. */
export async function beginDistinct(
  services: TestServices,
  scope: Scope,
  pages: number | readonly ReceivedPage[],
  from: string | null = CALLER,
): Promise<string> {
  const incoming = { line: 'sandbox', trunkId: null, to: CALLED, from }
  const { id } = await services.store.asAccount(scope, (tx) => beginReception(services, tx, incoming))
  const all =
    typeof pages === 'number' ? Array.from({ length: pages }, (_, index) => distinctPage(index + 1)) : pages
  for (const page of all) await keepReceivedPage(services, { scope, id }, page)
  return id
}

/** Its pages, byte for byte. */
export async function bytesOf(services: TestServices, scope: Scope, id: string): Promise<string[]> {
  const pages = await readReceivedPages(services, scope, ACTOR, id)
  return pages.map(({ page }) => Buffer.from(page.t6).toString('hex'))
}
