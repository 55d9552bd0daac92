import type { OpenAgreement, OpenAssociate } from '../../../application/sealed/associate-secrets.ts'
import type { Services } from '../../../application/services.ts'
import {
  type ClauseName,
  coverOf,
  currentAgreements,
  openClauses,
} from '../../../domain/associates/associate.ts'
import { coveredUntil } from '../../../domain/associates/associate-cover.ts'
import type { Day } from '../../../domain/time/calendar-day.ts'
import { dayOf } from '../../../domain/time/calendar-day.ts'

/** @param today by which covers are told */
function associateView(associate: OpenAssociate, today: Day) {
  const { id, name, kind, contact, ties, exception, exceptionReason, endedAt, endedBy } = associate
  const current = endedAt === null ? currentAgreements(associate, today) : []
  return {
    ...{ id, name, kind, contact },
    ties: {
      trunkIds: [...ties.trunkIds],
      providerIds: [...ties.providerIds],
      webhookHosts: [...ties.webhookHosts],
      systems: [...ties.systems],
    },
    agreements: associate.agreements.map((agreement) =>
      agreementView(
        agreement,
        current.some((each) => each.id === agreement.id),
      ),
    ),
    exception: exception && {
      reason: exceptionReason ?? '',
      until: exception.until,
      at: exception.at.toISOString(),
      by: exception.by,
    },
    cover: coverOf(associate, today) ?? null,
    coveredUntil: coveredUntil(associate, today) ?? null,
    createdAt: associate.createdAt.toISOString(),
    updatedAt: associate.updatedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    endedBy,
  }
}

function agreementView(agreement: OpenAgreement, isCurrent: boolean) {
  const { id, signedOn, effectiveOn, expiresOn, scope, documentId, createdAt, createdBy } = agreement
  const names = Object.keys(agreement.clauses) as ClauseName[]
  return {
    ...{ id, signedOn, effectiveOn, expiresOn, scope, documentId },
    clauses: Object.fromEntries(
      names.map((name) => [
        name,
        { answer: agreement.clauses[name]!, note: agreement.clauseNotes[name] ?? null },
      ]),
    ),
    isCurrent,
    openClauses: openClauses(agreement),
    createdAt: createdAt.toISOString(),
    createdBy,
  }
}

/** As it stands on the day of the reply. */
export function associateViewer({ clock }: Pick<Services, 'clock'>) {
  return (associate: Parameters<typeof associateView>[0]) =>
    associateView(associate, dayOf(new Date(clock.now())))
}
