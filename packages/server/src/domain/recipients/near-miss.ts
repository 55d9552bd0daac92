import { type E164, parseNumber } from '../numbers/number.ts'

/**
 * Every number that one slip turns into this one or this one into: one digit another, or two neighbours swapped. About ten for each digit.
 * A digit left out or typed twice is not among them: the number is then too short or too long to be dialled in most plans.
 */
export function numbersOneSlipAway(number: E164): E164[] {
  const digits = number.slice(1)
  const found = new Set<string>()
  for (let i = 0; i < digits.length; i++) {
    for (let digit = 0; digit < 10; digit++) found.add(`+${digits.slice(0, i)}${digit}${digits.slice(i + 1)}`)
    const next = digits[i + 1]
    if (next !== undefined) found.add(`+${digits.slice(0, i)}${next}${digits[i]}${digits.slice(i + 2)}`)
  }
  found.delete(number)
  // What cannot be a number cannot be a recipient's.
  return [...found].filter((each): each is E164 => parseNumber(each) === each)
}
