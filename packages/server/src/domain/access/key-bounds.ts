import { isWithin } from './address-list.ts'

/** Until when a key works, and from where; `null`: for ever, from anywhere. */
export interface KeyBounds {
  readonly expiresAt: Date | null
  readonly allowedAddresses: readonly string[] | null
}

export const UNBOUND: KeyBounds = { expiresAt: null, allowedAddresses: null }

/** Which of its bounds a key would break that is to be bound by another one's, if any. */
export function brokenBound(bounds: KeyBounds, wanted: KeyBounds): keyof KeyBounds | undefined {
  const { expiresAt, allowedAddresses } = bounds
  if (expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > expiresAt)) return 'expiresAt'
  if (allowedAddresses === null) return undefined
  const isInside = wanted.allowedAddresses?.every((block) => isWithin(block, allowedAddresses)) ?? false
  return isInside ? undefined : 'allowedAddresses'
}
