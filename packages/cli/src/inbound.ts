import { printable } from './printable.ts'

/** The fields of the API's received fax that the commands show. */
export interface Inbound {
  readonly id: string
  readonly jobId: number
  readonly status: string
  readonly livemode: boolean
  readonly to: string
  readonly from: string | null
  readonly remoteId: string | null
  readonly pageCount: number
  readonly badRows: number
  readonly message: string | null
  readonly startedAt: string
  readonly endedAt: string | null
  readonly mailboxId: string
  readonly owner: string
  readonly assignee: string | null
  readonly mark: string
  readonly priority: string
  readonly dueAt: string | null
  readonly escalatedAt: string | null
  readonly duplicateOf: string | null
  readonly replyTo: string | null
  readonly textState: string
  readonly pages?: readonly {
    readonly number: number
    readonly quality: string
    readonly barcodes: readonly { readonly format: string; readonly text: string }[]
  }[]
}

/** One line of the inbox. */
export function describeInboundLine(inbound: Inbound): string {
  const pages = `${inbound.pageCount} ${inbound.pageCount === 1 ? 'page' : 'pages'}`
  const marks = [
    inbound.mark,
    inbound.priority === 'urgent' ? 'URGENT' : '',
    isOverdue(inbound) ? 'OVERDUE' : '',
    inbound.duplicateOf === null ? '' : 'seen before',
    inbound.replyTo === null ? '' : 'reply',
  ]
  const from = printable(inbound.from ?? inbound.remoteId ?? 'withheld')
  return (
    `${inbound.id}  ${inbound.startedAt}  ${inbound.status.padEnd(18)}  ${pages.padEnd(9)}  ` +
    `${from.padEnd(16)}  ${marks.filter(Boolean).join(', ')}\n`
  )
}

/** Everything a person asks about one fax. */
export function describeInbound(inbound: Inbound): string {
  const { duplicateOf, replyTo, dueAt, escalatedAt, message, remoteId, pages = [] } = inbound
  const said = remoteId === null ? '' : `, says it is ${printable(remoteId)}`
  const damage = inbound.badRows === 0 ? '' : `, ${inbound.badRows} rows could not be read`
  const lines = [
    `${inbound.id}  ${inbound.status}${inbound.livemode ? '' : '  (test: a simulated machine called)'}`,
    `  from     ${printable(inbound.from ?? 'withheld')}${said}`,
    `  to       ${printable(inbound.to)}`,
    `  pages    ${inbound.pageCount}${damage}`,
    `  came     ${inbound.startedAt}${inbound.endedAt === null ? '' : `, ended ${inbound.endedAt}`}`,
    `  mailbox  ${inbound.mailboxId}, ${printable(inbound.owner)} answers for it`,
    `  mark     ${inbound.mark}, ${inbound.priority}${dueAt === null ? '' : `, due ${dueAt}`}`,
    `  text     ${inbound.textState}`,
  ]
  if (message !== null) lines.push(`  reason   ${message}`)
  if (escalatedAt !== null) lines.push(`  nobody took it up in time: told ${escalatedAt}`)
  if (duplicateOf !== null) lines.push(`  the same pages came before: ${duplicateOf}`)
  if (replyTo !== null) lines.push(`  answers the fax ${replyTo}`)
  for (const page of pages) {
    if (page.quality === 'poor') lines.push(`  page ${page.number} is hard to read: look at it`)
    for (const { format, text } of page.barcodes)
      lines.push(`  page ${page.number} has a ${format}: ${printable(text)}`)
  }
  return `${lines.join('\n')}\n`
}

/** The server escalates on its own clock; a fax it has escalated is overdue whatever the clock here says. */
function isOverdue({ escalatedAt, dueAt }: Inbound): boolean {
  return dueAt !== null && escalatedAt !== null
}
