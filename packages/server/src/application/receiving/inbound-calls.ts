import { Fault } from '../../domain/fax/fax.ts'
import { parseDialled } from '../../domain/numbers/number-format.ts'
import { mayCallFrom } from '../../domain/trunks/check-trunk.ts'
import { faultOf, type TrunkSettings } from '../../domain/trunks/trunk.ts'
import type { InboundCall, InboundCalls, InboundDecision, InboundRefusal } from '../../ports/inbound-calls.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { adoptCalledNumber } from '../numbers/number-trunks.ts'
import type { Services } from '../services.ts'
import { KEPT_RESOLUTIONS, stationIdOf } from './answerer-settings.ts'
import { keepReceptionAlive } from './keep-reception.ts'
import { beginReception, endReception, keepReceivedPage, type Reception } from './receive-fax.ts'
import { screenCall } from './screen-call.ts'

/**
 * What a refused caller hears: 404 moves a carrier on to nothing, 503 to the next of our servers, and 603 says that no other place will
 * take the call either (RFC 3261 §21).
 */
const SIP_STATUS: Readonly<Record<InboundRefusal, number>> = {
  unknown_trunk: 403,
  source: 403,
  number: 404,
  disabled: 503,
  not_acknowledged: 503,
  blocked: 603,
}

const TOLD_MAX = 64

/** A reception that this process answers, and the timer that keeps its lease. */
interface Held extends Reception {
  stop(): void
}

/** The calls that lines of this process take. Their receptions are kept alive here until they end. */
export function createInboundCalls(services: Services, lineName: string): InboundCalls {
  const receptions = new Map<string, Held>()
  const find = (id: string): Held => {
    const held = receptions.get(id)
    if (!held) throw new Fault('There is no such reception in this process.')
    return held
  }
  return {
    async accept(call) {
      const decision = await accept(services, lineName, call)
      if (decision.kind === 'refuse') {
        services.log.warn('inbound.refused', { reason: decision.reason, code: String(decision.sipStatus) })
        return decision
      }
      const { scope, ...told } = decision
      const id = told.receptionId
      receptions.set(id, { scope, id, stop: keepReceptionAlive(services, { scope, id }) })
      return told
    },
    async pageReceived(receptionId, page) {
      await keepReceivedPage(services, find(receptionId), page)
    },
    async ended(receptionId, end) {
      const held = receptions.get(receptionId)
      if (!held) return
      receptions.delete(receptionId)
      held.stop()
      await endReception(services, held, end)
    },
  }
}

type Accepted = Extract<InboundDecision, { kind: 'accept' }> & { readonly scope: Scope }
type Refused = Extract<InboundDecision, { kind: 'refuse' }>

async function accept(services: Services, line: string, call: InboundCall): Promise<Accepted | Refused> {
  const accountId = await services.store.asSystem((tx) => tx.trunkCalls.ownerOf(call.trunkId))
  if (accountId === undefined) return refuse('unknown_trunk')
  const scope: Scope = { accountId, mode: 'live' }
  return services.store.asAccount(scope, (tx) => decide(services, tx, line, call))
}

async function decide(
  services: Services,
  tx: Tx,
  line: string,
  call: InboundCall,
): Promise<Accepted | Refused> {
  const trunk = await tx.trunks.get(call.trunkId)
  if (!trunk) return refuse('unknown_trunk')
  const { settings } = trunk
  const fault = faultOf(trunk)
  if (fault !== undefined) return refuse(fault === 'not_acknowledged' ? fault : 'disabled')
  if (!mayCallFrom(settings, call.sourceAddress)) return refuse('source')
  const to = calledNumber(settings, call.to)
  if (to === undefined) return refuse('number')
  const account = await tx.accounts.get()
  await adoptCalledNumber(services, tx, trunk, to, new Date(services.clock.now()))
  const from = call.from === undefined ? null : toldNumber(settings, call.from)
  if (await screenCall(services, tx, { to, from })) return refuse('blocked')
  const received = await beginReception(services, tx, { line, trunkId: trunk.id, to, from })
  return {
    kind: 'accept',
    scope: tx.scope,
    receptionId: received.id,
    answerer: {
      stationId: stationIdOf(account.settings, to),
      ecm: settings.profile.ecm,
      maxBitRate: settings.profile.maxBitRate,
      resolutions: KEPT_RESOLUTIONS,
    },
  }
}

/** The number called, when calls to it are answered here. */
function calledNumber(settings: TrunkSettings, told: string): string | undefined {
  const { dids } = settings.inbound
  const number = parseDialled(settings.numberFormat, told.slice(0, TOLD_MAX))
  if (number !== undefined && dids.includes(number)) return number
  return dids.includes('*') ? toldNumber(settings, told) : undefined
}

/** A number in E.164 where it can be read as one; otherwise what was told, without characters no number has. */
function toldNumber(settings: TrunkSettings, told: string): string {
  const text = told.slice(0, TOLD_MAX)
  return parseDialled(settings.numberFormat, text) ?? text.replace(/[^0-9A-Za-z+*#._-]/g, '')
}

function refuse(reason: InboundRefusal): Refused {
  return { kind: 'refuse', sipStatus: SIP_STATUS[reason], reason }
}
