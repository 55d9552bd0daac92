import Type from 'typebox'
import { CONTRADICTION_KINDS, type NOTHING_FOUND } from '../../../domain/providers/reconciliation.ts'
import { Closed, Cursor, Limit, ListOf, Nullable, Time } from './common.ts'

const DESCRIPTIONS: Readonly<Record<keyof typeof NOTHING_FOUND, string>> = {
  sentCompared: 'Faxes sent through providers that were compared.',
  receivedCompared: 'The same of faxes received.',
  attemptsRecovered: 'Attempts that waited although the provider had ended them.',
  receivedRecovered: 'Received faxes nobody had told us of; they are being fetched.',
  contradictions: 'New ones.',
  providersFailed: 'Providers that could not be asked.',
  attemptsOverdue: 'Attempts without a worker whose next look was overdue.',
  faxesOverdue: 'Faxes past their deadline that had not ended.',
  eventsUndelivered: 'Events of the last day that a webhook wants and that have no delivery.',
  deliveriesOverdue: 'Deliveries that were overdue.',
}

const counts = Object.fromEntries(
  Object.entries(DESCRIPTIONS).map(([name, description]) => [name, Type.Integer({ description })]),
) as Record<keyof typeof NOTHING_FOUND, ReturnType<typeof Type.Integer>>

export const Reconciliation = Closed({
  id: Type.String(),
  startedAt: Time,
  endedAt: Nullable(Time, 'null: it is running, or its process died.'),
  counts: Nullable(Closed(counts)),
  error: Nullable(Type.String(), 'What went wrong, in one word; null: nothing.'),
})

export const ReconciliationList = Closed({
  data: Type.Array(Reconciliation),
  nextCursor: Type.Null(),
  lastRunAt: Nullable(Time, 'When the last one that came to its end began.'),
  openContradictions: Type.Integer({ description: 'Up to 100 are counted.' }),
})

export const Contradiction = Closed({
  id: Type.String(),
  kind: Type.Enum([...CONTRADICTION_KINDS], {
    description:
      'outcome_differs, pages_differ; unknown_to_us: the provider sent what we never asked for; unknown_to_provider: the reverse; not_fetched: a received fax could not be had.',
  }),
  providerId: Nullable(Type.String()),
  reference: Type.String({ description: "The provider's name for the fax (iFax: jobId)." }),
  faxId: Nullable(Type.String()),
  attemptId: Nullable(Type.String()),
  inboundId: Nullable(Type.String()),
  ours: Nullable(Type.String(), 'What our records say: a disposition or a status.'),
  theirs: Nullable(Type.String(), 'What the provider says.'),
  ourPages: Nullable(Type.Integer()),
  theirPages: Nullable(Type.Integer()),
  foundAt: Time,
  resolvedAt: Nullable(Time),
  resolvedBy: Nullable(Type.String(), 'Id of the key or user.'),
})

export const ContradictionList = ListOf(Contradiction)

export const ContradictionQuery = Closed({
  resolved: Type.Optional(Type.Boolean({ description: 'Absent: all.' })),
  limit: Limit,
  cursor: Cursor,
})
