import { hash } from 'node:crypto'
import type { CollectedAudit } from '../../../application/audit/read-audit.ts'
import type { LoggedEntry } from '../../../domain/audit/audit-leaf.ts'
import type { AuditOrigin } from './fhir-audit-agents.ts'
import { fhirAuditEvent } from './fhir-audit-event.ts'

/** Entries as a Bundle of AuditEvents. R4 asks for a `fullUrl` of each; they live at no address, so it is a name. */
export function fhirAuditBundle(
  { entries, papers }: Pick<CollectedAudit, 'entries' | 'papers'>,
  origin: AuditOrigin,
) {
  return {
    resourceType: 'Bundle',
    type: 'collection',
    entry: entries.map((entry) => ({
      fullUrl: `urn:uuid:${nameOf(entry, origin)}`,
      resource: fhirAuditEvent(entry, origin, papers.get(entry.subjectId ?? '')),
    })),
  }
}

/** Always the same for the same entry: a UUID of version 8 (RFC 9562 §5.8) of what tells it from all others. */
function nameOf({ position }: LoggedEntry, { log }: AuditOrigin): string {
  const bytes = hash('sha256', `${log}/${position}`, 'buffer').subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
