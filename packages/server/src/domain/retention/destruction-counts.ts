/** How many faxes of each direction a certificate of destruction is about. */
export interface DestructionCounts {
  readonly sent: number
  readonly received: number
}

/**
 * As the signed statement itself has it. Statements of older versions name the faxes by id alone, which tells the direction, and of a closed
 * account only how many: then it is not known.
 * @param note signed note: a line of JSON, then the signature
 */
export function destructionCounts(note: string): DestructionCounts | undefined {
  const { sent, received, faxes, account } = JSON.parse(note.slice(0, note.indexOf('\n')))
  if (typeof sent === 'number') return { sent, received }
  if (typeof account?.sent === 'number') return { sent: account.sent, received: account.received }
  if (!Array.isArray(faxes)) return undefined
  const ofSent = faxes.filter(({ id }) => String(id).startsWith('fax_')).length
  return { sent: ofSent, received: faxes.length - ofSent }
}
