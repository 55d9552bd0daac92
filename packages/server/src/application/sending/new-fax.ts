import type { Purpose } from '../../domain/fax/purpose.ts'
import type { E164 } from '../../domain/numbers/number.ts'
import type { NewFax } from '../../ports/store/fax-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { AccountView } from '../account-now.ts'
import type { DocumentInput, Source } from '../documents/resolve-documents.ts'
import { destinationSlot } from '../faxes/fax-schedule.ts'
import { type CoverInput, numberHash, sealFax } from '../sealed/fax-secrets.ts'
import { type PatientLink, sealPatient } from '../sealed/patient-secrets.ts'
import type { Services } from '../services.ts'

export interface SendFaxRequest {
  readonly to: string
  readonly from?: string
  readonly documents: readonly DocumentInput[]
  readonly cover?: CoverInput
  readonly sendAt?: Date
  /** 0 to 9, higher first; default 5. */
  readonly priority?: number
  readonly resolution?: 'standard' | 'fine' | 'superfine'
  readonly paper?: 'letter' | 'a4' | 'legal'
  readonly renderMode?: 'auto' | 'text' | 'photo'
  readonly tags?: readonly string[]
  readonly clientReference?: string
  /** Whose papers they are. */
  readonly patient?: PatientLink
  readonly purpose?: Purpose
  readonly allowDuplicate?: boolean
  /** The number is a slip away from a confirmed recipient's, and meant. */
  readonly allowNearMiss?: boolean
}

/** A request whose numbers are numbers and whose documents are durable. */
export interface CheckedRequest {
  readonly request: SendFaxRequest
  readonly to: E164
  readonly from: E164 | null
  readonly sources: readonly Source[]
}

/** The row of an accepted fax, with what tells of people sealed. */
export function newFax(
  services: Services,
  scope: Scope,
  account: AccountView,
  checked: CheckedRequest,
  kept: { readonly sources: NewFax['sources']; readonly content: readonly string[] },
): NewFax {
  const { request, to, from } = checked
  const id = services.random.id('fax')
  const { keys, now, row } = account
  const sendAt = request.sendAt && request.sendAt > now ? request.sendAt : null
  const startsAt = sendAt ?? now
  const { cover, clientReference } = request
  const details = { ...(cover ? { cover } : {}), ...(clientReference ? { clientReference } : {}) }
  return {
    id,
    status: sendAt ? 'scheduled' : 'queued',
    priority: request.priority ?? 5,
    ...sealFax(keys, id, { to, from, details }),
    ...sealPatient(keys, 'fax', id, request.patient ?? null),
    purpose: request.purpose ?? null,
    toHash: numberHash(keys, to),
    toSlot: destinationSlot(services, scope, to),
    resolution: request.resolution ?? 'fine',
    paper: request.paper ?? row.settings.paper ?? 'letter',
    renderMode: request.renderMode ?? 'auto',
    contentHash: keys.hash('fax.content', JSON.stringify([kept.content, cover ?? null])),
    resendOf: null,
    tags: request.tags ?? [],
    createdAt: now,
    sendAt,
    nextActionAt: startsAt,
    deadlineAt: new Date(startsAt.getTime() + services.policy.faxLifetimeMs),
    sources: kept.sources,
    pagesDocumentId: null,
    pageCount: null,
    estimatedSeconds: null,
  }
}
