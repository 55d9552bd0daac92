import type { OpenIncident } from '../../../application/recipients/incidents.ts'
import { maskNumber } from '../../../domain/numbers/number.ts'
import { daysLeft, notifyBy, type RiskFactor } from '../../../domain/recipients/incident.ts'
import type { FaxRow } from '../../../ports/store/fax-store.ts'
import { timeOrNull } from './time.ts'

/** @param showContent whether the reader may see numbers in full and what people wrote, which may name patients */
export function incidentView({ row, number, note, worksheet, now }: OpenIncident, showContent: boolean) {
  const factor = (name: RiskFactor) => {
    const held = worksheet[name]
    return held ? { risk: held.risk, finding: showContent ? held.finding : null } : null
  }
  return {
    id: row.id,
    faxId: row.faxId,
    recipientId: row.recipientId,
    number: showContent ? number : maskNumber(number),
    note: showContent ? note : null,
    status: row.outcome === null ? ('open' as const) : ('closed' as const),
    outcome: row.outcome,
    worksheet: {
      nature: factor('nature'),
      recipient: factor('recipient'),
      acquired: factor('acquired'),
      mitigated: factor('mitigated'),
    },
    reportedBy: row.reportedBy,
    discoveredAt: row.discoveredAt.toISOString(),
    notifyBy: notifyBy(row.discoveredAt).toISOString(),
    daysLeft: daysLeft(row.discoveredAt, now),
    closedBy: row.closedBy,
    closedAt: timeOrNull(row.closedAt),
    createdAt: row.createdAt.toISOString(),
  }
}

export function sendView(fax: FaxRow) {
  return {
    faxId: fax.id,
    jobId: fax.jobId,
    status: fax.status,
    disposition: fax.disposition,
    createdAt: fax.createdAt.toISOString(),
    endedAt: timeOrNull(fax.endedAt),
    pageCount: fax.pageCount,
    pagesConfirmed: fax.pagesConfirmed,
  }
}

/** Ids, words of ours, times and counts: nothing a spreadsheet could take for a formula, and nothing to quote (RFC 4180 §2.6). */
export function sendsCsv(sends: readonly FaxRow[]): string {
  const rows = sends.map((fax) => Object.values(sendView(fax)).map((value) => value ?? ''))
  const names = [
    'faxId',
    'jobId',
    'status',
    'disposition',
    'createdAt',
    'endedAt',
    'pageCount',
    'pagesConfirmed',
  ]
  return [names, ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}
