import type { Disclosure } from '../../../application/audit/list-disclosures.ts'
import { PURPOSES } from '../../../domain/fax/purpose.ts'

export function disclosureView(disclosure: Disclosure) {
  const { fax, to, recipientName, reference, by, inboundId, patient, accounting } = disclosure
  const { purpose } = fax
  return {
    faxId: fax.id,
    at: fax.endedAt?.toISOString() ?? null,
    to,
    recipientName,
    pages: fax.pagesConfirmed,
    outcome: fax.status,
    by,
    reference,
    inboundId,
    patientId: patient?.id ?? null,
    purpose,
    statement: purpose === null ? null : PURPOSES[purpose].statement,
    accountable: accounting.isAccountable,
    because: accounting.because,
  }
}

const COLUMNS = [
  'at',
  'faxId',
  'to',
  'recipientName',
  'pages',
  'outcome',
  'by',
  'reference',
  'inboundId',
  'patientId',
  'purpose',
  'statement',
  'accountable',
  'because',
] as const

/** RFC 4180, with a header. */
export function disclosuresCsv(disclosures: readonly Disclosure[]): string {
  const rows = disclosures.map((disclosure) => {
    const view = disclosureView(disclosure)
    const flat = { ...view, by: view.by && `${view.by.kind} ${view.by.id}` }
    return COLUMNS.map((column) => csvField(flat[column]))
  })
  return [COLUMNS, ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

/** A text that a spreadsheet would take for a formula is led by an apostrophe. A number in E.164 is none. */
function csvField(value: string | number | boolean | null): string {
  const text = String(value ?? '')
  const safe = /^[=+\-@\t\r]/.test(text) && !/^\+\d+$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
