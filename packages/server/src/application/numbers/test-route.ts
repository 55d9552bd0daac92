import {
  blockOf,
  chooseRoute,
  type LateFact,
  type Placement,
  placementOf,
} from '../../domain/inbox/inbound-route.ts'
import { parseNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { type OpenRoute, readRoutes } from '../sealed/route-secrets.ts'
import type { Services } from '../services.ts'

/** A call that might come. What is absent is not known yet. */
export interface SupposedCall {
  /** Number called. */
  readonly to: string
  /** Number that calls; `null`: withheld. */
  readonly from: string | null
  /** Absent: now. */
  readonly at?: Date
  readonly stationId?: string | null
  readonly barcodes?: readonly string[]
}

export interface RouteTest {
  readonly route: OpenRoute | undefined
  readonly undecided: readonly { readonly route: OpenRoute; readonly needs: LateFact }[]
  /** Whether the call would be refused before it is answered. */
  readonly isRefused: boolean
  /** Where the fax would lie as things are known; `undefined` when the call is refused. */
  readonly placement: (Omit<Placement, 'mailboxId'> & { readonly mailboxId: string | null }) | undefined
}

/** Says which rule would hold. Nothing is called, stored or changed. @throws Problem `number.invalid` */
export async function testRoute(services: Services, scope: Scope, call: SupposedCall): Promise<RouteTest> {
  const to = numberOf(call.to, 'to')
  const from = call.from === null ? null : numberOf(call.from, 'from')
  const { stationId, barcodes } = call
  return services.store.asAccount(scope, async (tx) => {
    const { keys, now } = await readAccount(services, tx)
    const number = await tx.numbers.find(to)
    const routes = await readRoutes(services, tx, keys)
    const startedAt = call.at ?? now
    const choice = chooseRoute(routes, { numberId: number?.id ?? null, from, startedAt, stationId, barcodes })
    const isRefused = blockOf(choice) !== undefined
    const { route, undecided } = choice
    const fallback = number?.mailboxId ?? (await defaultId(tx))
    const { mailboxId, ...placed } = placementOf(route?.actions, fallback ?? '')
    const placement = isRefused ? undefined : { ...placed, mailboxId: mailboxId === '' ? null : mailboxId }
    return { route, undecided, isRefused, placement }
  })
}

/** The default mailbox is made when it is first needed, which is not now. */
async function defaultId(tx: Tx): Promise<string | undefined> {
  return (await tx.mailboxes.default())?.id
}

function numberOf(text: string, field: string): string {
  const number = parseNumber(text)
  if (number === undefined) throw new Problem('number.invalid', { field })
  return number
}
