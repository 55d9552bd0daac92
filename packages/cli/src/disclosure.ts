import { counted } from './counted.ts'
import { printable } from './printable.ts'

/** The fields of the API's disclosure that the commands show. */
export interface Disclosure {
  readonly faxId: string
  readonly at: string | null
  readonly to: string | null
  readonly recipientName: string | null
  readonly pages: number
  readonly outcome: string
  readonly by: { readonly kind: string; readonly id: string } | null
  readonly reference: string | null
  readonly inboundId: string | null
  readonly patientId: string | null
  readonly purpose: string | null
  readonly statement: string | null
  readonly accountable: boolean
  readonly because: string
}

/** When, to whom, how much, why: what 45 CFR 164.528(b)(2) asks for, and whether it asks. */
export function describeDisclosure(disclosure: Disclosure): string {
  const { faxId, at, to, recipientName, pages, outcome, reference, patientId } = disclosure
  const { purpose, statement, accountable, because, by, inboundId } = disclosure
  const name = recipientName === null ? '' : `  ${printable(recipientName)}`
  const doubt = outcome === 'outcome_unknown' ? '; whether the last one arrived, nobody knows' : ''
  const lines = [
    `${faxId}  ${at ?? 'not ended'}  ${outcome}`,
    `  to       ${to === null ? 'shredded' : printable(to)}${name}`,
    `  pages    ${pages}${doubt}`,
    `  why      ${purpose === null ? 'nobody said' : `${purpose}: ${statement}`}`,
    `  counts   ${accountable ? 'yes' : 'no'}: ${because}`,
    `  patient  ${patientId === null ? 'nobody said' : printable(patientId)}`,
  ]
  if (reference !== null) lines.push(`  ref      ${printable(reference)}`)
  if (by !== null) lines.push(`  by       ${by.kind} ${by.id}`)
  if (inboundId !== null) lines.push(`  forwards ${inboundId}`)
  return `${lines.join('\n')}\n`
}

/** The end of the answer: without it nobody knows that it is all, or that it may not be. */
export function describeSum(shown: number, unlinked: number | null, isAll: boolean): string {
  const sum = shown === 0 ? 'No disclosures.' : `${counted(shown, 'disclosure')}.`
  const more = isAll ? '' : ' There are more: raise --limit.'
  return `${sum}${more}\n${unlinked === null ? '' : describeUnlinked(unlinked)}`
}

/** @param unlinked as the API counts it: to 1,000 */
export function describeUnlinked(unlinked: number): string {
  if (unlinked === 0) return "No other disclosure of that time is said to be nobody's papers.\n"
  const [count, are] = unlinked === 1 ? ['1 other is', 'It'] : [`${unlinked} others are`, 'Some']
  return (
    `${count} said to be nobody's papers. ${are} may be this patient's, and the account is complete only when you know that none is:\n` +
    '  npx answerback disclosures --unlinked      finds them\n' +
    '  npx answerback link ID --patient-file -    says whose they are\n'
  )
}
