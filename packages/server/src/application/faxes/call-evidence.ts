import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { boundTimeline, type Timeline } from '../../domain/attempts/timeline.ts'
import type { CallEnd } from '../../domain/fax/disposition.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { SealedEvidence } from '../../ports/store/call-end-store.ts'

/** Whose call it was; both tables have the same sealed columns. */
export type EvidenceTable = 'attempt' | 'received_fax'

/** What `boundTimeline` leaves is far smaller; a row that was tampered with must not fill the memory. */
const TIMELINE_BYTES_MAX = 32 * 1024 * 1024
const NSF_CHARACTERS_MAX = 512

/** Encrypts what a far end said of itself and what went over the line. */
export function sealEvidence(
  keys: AccountKeys,
  table: EvidenceTable,
  row: string,
  end: CallEnd,
): SealedEvidence {
  const { remoteId, remoteNsf, timeline, timelineCut } = end
  const seal = (column: string, content: string | Uint8Array) => keys.seal({ table, column, row }, content)
  return {
    remoteId: remoteId === undefined ? null : seal('remote_id_sealed', remoteId),
    remoteNsf:
      remoteNsf === undefined ? null : seal('remote_nsf_sealed', remoteNsf.slice(0, NSF_CHARACTERS_MAX)),
    timeline:
      timeline === undefined || timeline.length === 0
        ? null
        : seal('timeline_sealed', deflateRawSync(JSON.stringify(boundTimeline(timeline, timelineCut)))),
  }
}

/** @throws KeyError `tampered` */
export function openEvidence(
  keys: AccountKeys,
  table: EvidenceTable,
  row: string,
  sealed: { readonly remoteIdSealed: Buffer | null; readonly remoteNsfSealed: Buffer | null },
): { readonly remoteId: string | null; readonly remoteNsf: string | null } {
  const open = (column: string, held: Buffer | null) => held && keys.openText({ table, column, row }, held)
  return {
    remoteId: open('remote_id_sealed', sealed.remoteIdSealed),
    remoteNsf: open('remote_nsf_sealed', sealed.remoteNsfSealed),
  }
}

/** @throws KeyError `tampered` */
export function openTimeline(
  keys: AccountKeys,
  table: EvidenceTable,
  row: string,
  sealed: Uint8Array,
): Timeline {
  const compressed = keys.open({ table, column: 'timeline_sealed', row }, sealed)
  return JSON.parse(inflateRawSync(compressed, { maxOutputLength: TIMELINE_BYTES_MAX }).toString('utf8'))
}
