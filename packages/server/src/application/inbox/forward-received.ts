import { rasterTarget } from '@answerback/imaging/drawing/target'
import { parsePageSelection, resolvePageSelection } from '@answerback/imaging/intake/page-selection'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import type { CodedPage, PaperSize, Resolution } from '@answerback/imaging/page'
import { LINES_PER_INCH } from '@answerback/imaging/page'
import { writeTiff } from '@answerback/imaging/tiff/write-tiff'
import { ttiBandRows } from '@answerback/imaging/tti/band-rows'
import type { Purpose } from '../../domain/fax/purpose.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { ReceivedPageRow } from '../../ports/store/received-page-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { asProblem, stageDocument } from '../documents/intake-document.ts'
import { beginSaying, carryOn } from '../patients/say-whose.ts'
import { allPages, openReceivedPages } from '../receiving/received-pages.ts'
import { recordAudit } from '../record-change.ts'
import type { CoverInput } from '../sealed/fax-secrets.ts'
import { openPatient, type PatientLink } from '../sealed/patient-secrets.ts'
import { receivedParties } from '../sealed/received-secrets.ts'
import type { AcceptedFax } from '../sending/record-accepted.ts'
import { type SendFaxHooks, sendFax } from '../sending/send-fax.ts'
import type { Services } from '../services.ts'
import { assertWhole, holdReceived, tellReceived } from './change-received.ts'
import { addNote } from './note-received.ts'

export interface ForwardRequest {
  readonly to: string
  readonly from?: string
  readonly cover?: CoverInput
  /** Such as `["1-2", "5"]`; absent: all. */
  readonly pages?: readonly string[]
  readonly purpose?: Purpose
  /** Written about the received fax. */
  readonly note?: string
  readonly allowDuplicate?: boolean
  readonly allowNearMiss?: boolean
}

/**
 * Sends the pages of a received fax on as a fax of its own. They go as a TIFF at their own resolution, which rendering passes on
 * pixel by pixel, so that a fax is not worn down by being forwarded; only pages wider than a G3 line or longer than legal paper are fitted.
 * Both faxes tell of each other: the received one by an event, the sent one in the audit. It is the papers of the same patient.
 * @throws Problem `inbound.not_found`, `inbound.receiving`, `inbound.no_pages`, `document.page_selection_invalid`, and those of `sendFax`
 */
export async function forwardReceived(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  request: ForwardRequest,
  hooks: SendFaxHooks = {},
): Promise<AcceptedFax> {
  const { note, pages: selection, ...sending } = request
  const opened = await services.store.asAccount(scope, async (tx) => {
    const received = await tx.received.get(id)
    if (!received) throw new Problem('inbound.not_found')
    assertWhole(received)
    const { row, keys } = await readAccount(services, tx)
    const opened = await openReceivedPages(services, tx, received, (rows) =>
      choosePages(rows, selection ?? [], services.policy.pagesPerFaxMax),
    )
    const patient = openPatient(keys, 'received_fax', received)
    return { ...opened, patient, paper: row.settings.paper ?? 'letter' }
  })
  const pages = await allPages(opened)
  const staged = await stageDocument(services, scope, writeTiff(pages), { field: 'pages' })
  const linked = async (tx: Tx, accepted: AcceptedFax) => {
    await tell(services, tx, actor, id, accepted.id, opened)
    if (note !== undefined) await addNote(services, tx, actor, await holdReceived(services, tx, id), note)
    await hooks.inTransaction?.(tx, accepted)
  }
  // Takes the staged document over, and deletes it when it refuses.
  return sendFax(
    services,
    scope,
    actor,
    {
      ...sending,
      ...(opened.patient === null ? {} : { patient: opened.patient }),
      documents: [{ kind: 'staged', staged }],
      ...raster(pages, opened.paper),
    },
    { inTransaction: linked },
  )
}

async function tell(
  services: Services,
  tx: Tx,
  actor: Actor,
  id: string,
  faxId: string,
  { rows, patient }: { readonly rows: readonly ReceivedPageRow[]; readonly patient: PatientLink | null },
): Promise<void> {
  const held = await holdReceived(services, tx, id)
  const pages = rows.map(({ number }) => number)
  await tellReceived(services, tx, actor, held, 'inbound.forwarded', { faxId, pages })
  const parties = receivedParties(held.account.keys, held.received)
  await recordAudit(services, tx, actor, 'fax.forwards_received', faxId, { inboundId: id, pages }, parties)
  const now = openPatient(held.account.keys, 'received_fax', held.received)
  // Linked while its pages were fetched. From here on the one who links it waits for us, and takes this fax along.
  if (now?.id !== patient?.id) {
    await carryOn(await beginSaying(services, tx, actor), [faxId], patient, now)
  }
}

function choosePages(
  rows: readonly ReceivedPageRow[],
  selection: readonly string[],
  pagesMax: number,
): readonly ReceivedPageRow[] {
  try {
    const numbers = resolvePageSelection(parsePageSelection(selection), rows.length, pagesMax)
    return numbers.map((number) => rows[number - 1]!)
  } catch (error) {
    throw error instanceof DocumentRefusal ? asProblem(error, 'pages') : error
  }
}

const FINEST_FIRST: readonly Resolution[] = ['superfine', 'fine', 'standard']
const SHORTEST_FIRST: readonly PaperSize[] = ['letter', 'a4', 'legal']

/** The finest resolution among the pages, which repeats the rows of the others, and paper that is long enough for the longest. */
function raster(pages: readonly CodedPage[], usual: PaperSize) {
  const resolution = FINEST_FIRST.find((each) => pages.some((page) => page.resolution === each)) ?? 'fine'
  const inches = Math.max(...pages.map((page) => page.rows / LINES_PER_INCH[page.resolution]))
  const holds = (paper: PaperSize) => {
    const { rowsMax } = rasterTarget(paper, resolution, ttiBandRows(resolution))
    return Math.round(inches * LINES_PER_INCH[resolution]) <= rowsMax
  }
  const paper = [usual, ...SHORTEST_FIRST].find(holds) ?? 'legal'
  return { resolution, paper }
}
