import type { CodedPage } from '@answerback/imaging/page'
import { parseNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { CallingMachineName } from '../../ports/calling-machines.ts'
import type { ReceivedPage } from '../../ports/inbound-calls.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { asProblem } from '../documents/intake-document.ts'
import { getReceived, type ReceivedDetail } from '../inbox/read-received.ts'
import { KEPT_RESOLUTIONS, stationIdOf } from '../receiving/answerer-settings.ts'
import { keepReceptionAlive } from '../receiving/keep-reception.ts'
import { beginReception, endReception, keepReceivedPage, type Reception } from '../receiving/receive-fax.ts'
import { screenCall } from '../receiving/screen-call.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'

export interface WantedCall {
  /** Number called. */
  readonly to: string
  /** Calling number; absent: withheld. */
  readonly from?: string
  /** Absent: one generated page. */
  readonly document?: Uint8Array
  readonly machine?: CallingMachineName
  /** For `drops_mid_page`; default 1. */
  readonly dropsOnPage?: number
  readonly resolution?: 'standard' | 'fine' | 'superfine'
}

const RENDER_LIMIT_MS = 60_000
const LINE = 'sandbox'

/**
 * A simulated machine calls a number of the account and faxes a document: page by page over real T.30, and kept as a call from a trunk
 * would be. Resolves when the call is over, with what was received.
 * @throws Problem `test.live_key`, `number.invalid`, `inbound.blocked`, `document.*`
 */
export async function callIn(
  services: Services,
  scope: Scope,
  actor: Actor,
  wanted: WantedCall,
): Promise<ReceivedDetail> {
  if (scope.mode !== 'test') throw new Problem('test.live_key')
  const to = parseNumber(wanted.to)
  if (to === undefined) throw new Problem('number.invalid', { field: 'to' })
  const from = wanted.from === undefined ? null : parseNumber(wanted.from)
  if (from === undefined) throw new Problem('number.invalid', { field: 'from' })
  const pages = await renderPages(services, wanted)
  const begun = await services.store.asAccount(scope, async (tx) => {
    if (await screenCall(services, tx, { to, from })) return undefined
    const received = await beginReception(services, tx, { line: LINE, trunkId: null, to, from })
    const { settings } = await tx.accounts.get()
    await recordAudit(services, tx, actor, 'test.called_in', received.id, { pages: pages.length })
    return { id: received.id, stationId: stationIdOf(settings, to) }
  })
  // Thrown only now, so that the refusal is on record.
  if (!begun) throw new Problem('inbound.blocked')
  const { id, stationId } = begun
  const reception = { scope, id }
  const stop = keepReceptionAlive(services, reception)
  try {
    const end = await services.callingMachines.callIn(
      {
        machine: wanted.machine ?? 'good_machine',
        dropsOnPage: wanted.dropsOnPage ?? 1,
        stationId: (from ?? '').slice(0, 20),
        pages,
        answerer: {
          stationId,
          ecm: true,
          maxBitRate: 14_400,
          resolutions: KEPT_RESOLUTIONS,
        },
        seed: id,
      },
      (page) => keep(services, reception, page),
    )
    await endReception(services, reception, end)
  } finally {
    stop()
  }
  return getReceived(services, scope, id)
}

/** What cannot be kept is not confirmed; the machine hears no more of it, the operator does. */
async function keep(services: Services, reception: Reception, page: ReceivedPage): Promise<void> {
  try {
    await keepReceivedPage(services, reception, page)
  } catch (error) {
    services.log.error('inbound.page_not_kept', { inboundId: reception.id, error })
    throw error
  }
}

async function renderPages(services: Services, wanted: WantedCall): Promise<CodedPage[]> {
  const { document, resolution = 'fine' } = wanted
  const fax = {
    documents: document === undefined ? [] : [{ bytes: document }],
    ...(document === undefined ? { cover: GENERATED } : {}),
    resolution,
    paper: 'letter',
    mode: 'auto',
  } as const
  const pages: CodedPage[] = []
  const deadline = new AbortController()
  const cancel = services.clock.setTimer(RENDER_LIMIT_MS, () => deadline.abort())
  try {
    for await (const page of services.rasteriser.render(fax, deadline.signal)) pages.push(page)
  } catch (error) {
    throw asProblem(error, 'document')
  } finally {
    cancel()
  }
  return pages
}

const GENERATED = {
  subject: 'Simulated fax',
  fromName: 'Sandbox machine',
  message: 'This page was made by the sandbox. Nothing in it is real: Test Patient Zebra has no records.',
}
