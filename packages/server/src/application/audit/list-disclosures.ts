import type { FaxStatus } from '../../domain/fax/fax.ts'
import { type Accounting, accountingOf, EXEMPT_PURPOSES } from '../../domain/fax/purpose.ts'
import { parseNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { FaxListFilter, FaxRow } from '../../ports/store/fax-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { assertCursor } from '../page-cursor.ts'
import { hashLinksOf } from '../patients/hash-links.ts'
import { recordAudit } from '../record-change.ts'
import { numberHash, openFaxSecrets } from '../sealed/fax-secrets.ts'
import { openPatient, type PatientLink, patientHash } from '../sealed/patient-secrets.ts'
import type { Services } from '../services.ts'
import { assertTimeRange } from '../time-range.ts'

export interface DisclosureQuery {
  /** Whom it went to, as a person types a number. */
  readonly to?: string
  /** The sender's own reference. */
  readonly reference?: string
  /** Id of the patient whose papers it is. */
  readonly patient?: string
  /** Only those that 45 CFR 164.528 asks to account for, or only the others. */
  readonly accountable?: boolean
  /** When the fax was accepted. */
  readonly from?: Date
  readonly until?: Date
  readonly cursor?: string
  readonly limit: number
}

/**
 * Pages that left the account: 45 CFR 164.528(b)(2) asks for the date, who received it, what it was, and why; and who says so helps to answer
 * for it.
 */
export interface Disclosure {
  readonly fax: FaxRow
  /** `null`: the fax was shredded. */
  readonly to: string | null
  readonly recipientName: string | null
  readonly reference: string | null
  readonly patient: PatientLink | null
  readonly accounting: Accounting
  /** Who had it sent. */
  readonly by: Pick<Actor, 'kind' | 'id'> | null
  /** The received fax whose pages these are. */
  readonly inboundId: string | null
}

export interface DisclosurePage {
  readonly disclosures: readonly Disclosure[]
  readonly nextCursor: string | null
  /**
   * On the first page of a patient's: how many others, counted to a thousand, are said to be nobody's papers, and so may be theirs. Otherwise
   * `null`.
   */
  readonly unlinked: number | null
}

/** Faxes that ended: of those that count as failed some pages may have arrived. */
const ENDED: readonly FaxStatus[] = [
  'delivered',
  'partially_delivered',
  'outcome_unknown',
  'failed',
  'canceled',
  'expired',
]
const BATCH = 250
/** References are sealed, so they are looked for by opening what may be it. One request opens this many at most. */
const OPENED_MAX = 5_000
const UNLINKED_MAX = 1_000

/**
 * What was disclosed to whom, newest first: faxes of which pages arrived, or may have. A page may be empty and yet have a next one: it then
 * has looked through as many faxes as one request may.
 * @throws Problem `number.invalid`, `request.invalid`
 */
export async function listDisclosures(
  services: Services,
  scope: Scope,
  actor: Actor,
  query: DisclosureQuery,
): Promise<DisclosurePage> {
  const { cursor, limit, patient } = query
  assertCursor('fax', cursor)
  if (patient !== undefined) await hashLinksOf(services, scope)
  return services.store.asAccount(scope, async (tx) => {
    const { keys } = await readAccount(services, tx)
    const wanted = filterOf(keys, query)
    const disclosures: Disclosure[] = []
    let after = cursor
    let isDone = false
    for (let opened = 0; !isDone && disclosures.length < limit && opened < OPENED_MAX; opened += BATCH) {
      const faxes = await tx.faxes.list({
        ...wanted,
        ...(patient === undefined ? {} : { patientHash: patientHash(keys, patient) }),
        ...(after === undefined ? {} : { afterId: after }),
        limit: BATCH,
      })
      isDone = faxes.length < BATCH
      const found = (await openAll(tx, keys, faxes)).filter(
        ({ reference }) => query.reference === undefined || query.reference === reference,
      )
      const taken = found.slice(0, limit - disclosures.length)
      disclosures.push(...taken)
      if (taken.length < found.length) isDone = false
      after = taken.length < found.length ? taken.at(-1)!.fax.id : (faxes.at(-1)?.id ?? after)
    }
    const isFirstOfPatient = patient !== undefined && cursor === undefined && query.reference === undefined
    const unlinked = isFirstOfPatient
      ? await tx.faxes.countUnlinked({ ...wanted, limit: UNLINKED_MAX })
      : null
    await recordAudit(services, tx, actor, 'disclosures.read', null, { count: disclosures.length })
    return { disclosures, nextCursor: isDone ? null : (after ?? null), unlinked }
  })
}

/** All but the patient. @throws Problem `number.invalid`, `request.invalid` */
function filterOf(
  keys: AccountKeys,
  { to, from, until, accountable }: DisclosureQuery,
): Omit<FaxListFilter, 'limit'> {
  assertTimeRange({ from, until }, 'from', 'until')
  const number = to === undefined ? undefined : parseNumber(to)
  if (to !== undefined && number === undefined) throw new Problem('number.invalid', { field: 'to' })
  return {
    statuses: ENDED,
    hasArrived: true,
    ...(number === undefined ? {} : { toHash: numberHash(keys, number) }),
    ...(from === undefined ? {} : { createdAfter: from }),
    ...(until === undefined ? {} : { createdBefore: until }),
    ...(accountable === undefined
      ? {}
      : { purposes: accountable ? { except: EXEMPT_PURPOSES } : { only: EXEMPT_PURPOSES } }),
  }
}

async function openAll(tx: Tx, keys: AccountKeys, faxes: readonly FaxRow[]): Promise<Disclosure[]> {
  // What is known of the fax it repeats is known of it.
  const ids = faxes.flatMap(({ id, resendOf }) => (resendOf === null ? [id] : [id, resendOf]))
  const told = ids.length === 0 ? [] : await tx.audit.about(ids, ['fax.accepted', 'fax.forwards_received'])
  const accepted = new Map<string | null, Actor>()
  const forwarded = new Map<string | null, string>()
  for (const { action, subjectId, actor, detail } of told) {
    if (action === 'fax.accepted') accepted.set(subjectId, actor)
    else if (typeof detail.inboundId === 'string') forwarded.set(subjectId, detail.inboundId)
  }
  return faxes.map((fax) => {
    const by = accepted.get(fax.id)
    return {
      fax,
      ...openRecipient(keys, fax),
      patient: openPatient(keys, 'fax', fax),
      accounting: accountingOf(fax.purpose),
      by: by ? { kind: by.kind, id: by.id } : null,
      inboundId: forwarded.get(fax.id) ?? forwarded.get(fax.resendOf) ?? null,
    }
  })
}

function openRecipient(
  keys: AccountKeys,
  fax: FaxRow,
): Pick<Disclosure, 'to' | 'recipientName' | 'reference'> {
  if (fax.toSealed.length === 0) return { to: null, recipientName: null, reference: null }
  const { to, details } = openFaxSecrets(keys, fax)
  return { to, recipientName: details.cover?.toName ?? null, reference: details.clientReference ?? null }
}
