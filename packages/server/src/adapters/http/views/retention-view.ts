import type { Static } from 'typebox'
import type { ShownCertificate } from '../../../application/retention/certificates.ts'
import type { OpenHold } from '../../../application/sealed/hold-secrets.ts'
import { destructionCounts } from '../../../domain/retention/destruction-counts.ts'
import {
  AUDIT_FLOOR_DAYS,
  RETENTION_KINDS,
  type RetentionDays,
  type RetentionRules,
} from '../../../domain/retention/retention.ts'
import type { CertificateRow } from '../../../ports/store/certificate-store.ts'
import type { RetentionBody } from '../schemas/retention.ts'
import { timeOrNull } from './time.ts'

type DaysView = { -readonly [Kind in keyof RetentionDays as `${Kind}Days`]: RetentionDays[Kind] }

export function retentionView(rules: RetentionRules) {
  return {
    account: daysView(rules.account),
    departments: rules.departments.map(({ department, ...days }) => ({ department, ...daysView(days) })),
    audit: { keptDays: null, floorDays: AUDIT_FLOOR_DAYS } as const,
  }
}

function daysView(days: RetentionDays): DaysView {
  const view: DaysView = {}
  for (const kind of RETENTION_KINDS) if (days[kind] !== undefined) view[`${kind}Days`] = days[kind]
  return view
}

export function rulesOf(body: Static<typeof RetentionBody>): RetentionRules {
  return {
    account: daysOf(body.account),
    departments: (body.departments ?? []).map(({ department, ...days }) => ({ department, ...daysOf(days) })),
  }
}

function daysOf(view: DaysView): RetentionDays {
  const named = RETENTION_KINDS.filter((kind) => view[`${kind}Days`] !== undefined)
  return Object.fromEntries(named.map((kind) => [kind, view[`${kind}Days`]]))
}

export function holdView({ hold, kind, target, reason }: OpenHold) {
  const { id, createdAt, createdBy, releasedAt, releasedBy } = hold
  return {
    ...{ id, kind, target, reason, createdBy, releasedBy },
    createdAt: createdAt.toISOString(),
    releasedAt: timeOrNull(releasedAt),
  }
}

export function certificateView({ madeAt, ...certificate }: CertificateRow) {
  const counts = destructionCounts(certificate.note)
  return {
    ...certificate,
    madeAt: madeAt.toISOString(),
    sentCount: counts?.sent ?? null,
    receivedCount: counts?.received ?? null,
  }
}

export function shownCertificateView({ certificate, verifierKey }: ShownCertificate) {
  return { ...certificateView(certificate), verifierKey }
}
