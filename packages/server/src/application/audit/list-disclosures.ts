import type { FaxStatus } from '../../domain/fax/fax.ts'
import { parseNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { recordAudit } from '../record-change.ts'
import { numberHash, openFaxSecrets } from '../sealed/fax-secrets.ts'
import { openPatient } from '../sealed/received-secrets.ts'
import type { Services } from '../services.ts'

export interface DisclosureQuery {
  /** Whom it went to, as a person types a number. */
  readonly to?: string
  /** The sender's own reference. */
  readonly reference?: string
  /** Id of a patient: the sender's reference, or whose papers a received fax is that was forwarded. */
  readonly patient?: string
  /** When the fax was accepted. */
  readonly from?: Date
  readonly until?: Date
  /** False: links of received faxes are neither told nor looked through. */
  readonly seesPatients: boolean
  readonly cursor?: string
  readonly limit: number
}

/** Pages that left the account: 45 CFR 164.528 asks for the date, who received what, and who says so. */
export interface Disclosure {
  readonly fax: FaxRow
  /** `null`: the fax was shredded. */
  readonly to: string | null
  readonly recipientName: string | null
  readonly reference: string | null
  /** Who had it sent. */
  readonly by: Pick<Actor, 'kind' | 'id'> | null
  /** The received fax whose pages these are. */
  readonly inboundId: string | null
  readonly patientId: string | null
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
const CURSOR_SHAPE = /^fax_[0-9a-z]{26}$/
const BATCH = 250
/** References and patients are sealed, so they are looked for by opening what may be it. One request opens this many at most. */
const OPENED_MAX = 5_000

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
): Promise<{ disclosures: readonly Disclosure[]; nextCursor: string | null }> {
  const { to, from, until, cursor, limit } = query
  if (cursor !== undefined && !CURSOR_SHAPE.test(cursor))
    throw new Problem('request.invalid', {
      field: 'cursor',
      detail: '"cursor" must be the nextCursor of a page.',
    })
  const number = to === undefined ? undefined : parseNumber(to)
  if (to !== undefined && number === undefined) throw new Problem('number.invalid', { field: 'to' })
  return services.store.asAccount(scope, async (tx) => {
    const { keys } = await readAccount(services, tx)
    const disclosures: Disclosure[] = []
    let after = cursor
    let isDone = false
    for (let opened = 0; !isDone && disclosures.length < limit && opened < OPENED_MAX; opened += BATCH) {
      const faxes = await tx.faxes.list({
        statuses: ENDED,
        ...(number === undefined ? {} : { toHash: numberHash(keys, number) }),
        ...(from === undefined ? {} : { createdAfter: from }),
        ...(until === undefined ? {} : { createdBefore: until }),
        ...(after === undefined ? {} : { afterId: after }),
        limit: BATCH,
      })
      isDone = faxes.length < BATCH
      const found = (await openAll(tx, keys, faxes.filter(wasDisclosed), query.seesPatients)).filter((each) =>
        matches(each, query),
      )
      const taken = found.slice(0, limit - disclosures.length)
      disclosures.push(...taken)
      if (taken.length < found.length) isDone = false
      after = taken.length < found.length ? taken.at(-1)!.fax.id : (faxes.at(-1)?.id ?? after)
    }
    await recordAudit(services, tx, actor, 'disclosures.read', null, { count: disclosures.length })
    return { disclosures, nextCursor: isDone ? null : (after ?? null) }
  })
}

function wasDisclosed({ status, pagesConfirmed }: FaxRow): boolean {
  return pagesConfirmed > 0 || status === 'outcome_unknown'
}

function matches({ reference, patientId }: Disclosure, query: DisclosureQuery): boolean {
  if (query.reference !== undefined && query.reference !== reference) return false
  return query.patient === undefined || query.patient === patientId || query.patient === reference
}

async function openAll(
  tx: Tx,
  keys: AccountKeys,
  faxes: readonly FaxRow[],
  seesPatients: boolean,
): Promise<Disclosure[]> {
  // What is known of the fax it repeats is known of it.
  const ids = faxes.flatMap(({ id, resendOf }) => (resendOf === null ? [id] : [id, resendOf]))
  const told = ids.length === 0 ? [] : await tx.audit.about(ids, ['fax.accepted', 'fax.forwards_received'])
  const accepted = new Map<string | null, Actor>()
  const forwarded = new Map<string | null, string>()
  for (const { action, subjectId, actor, detail } of told) {
    if (action === 'fax.accepted') accepted.set(subjectId, actor)
    else if (typeof detail.inboundId === 'string') forwarded.set(subjectId, detail.inboundId)
  }
  const patients = new Map<string, string | null>()
  for (const inboundId of seesPatients ? new Set(forwarded.values()) : []) {
    const received = await tx.received.get(inboundId)
    patients.set(inboundId, received ? (openPatient(keys, received)?.id ?? null) : null)
  }
  return faxes.map((fax) => {
    const by = accepted.get(fax.id)
    const inboundId = forwarded.get(fax.id) ?? forwarded.get(fax.resendOf) ?? null
    return {
      fax,
      ...openRecipient(keys, fax),
      by: by ? { kind: by.kind, id: by.id } : null,
      inboundId,
      patientId: inboundId === null ? null : (patients.get(inboundId) ?? null),
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
