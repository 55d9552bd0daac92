import { isIP } from 'node:net'
import type { Day } from '../time/calendar-day.ts'
import { type Associate, type AssociateSystem, type Cover, coverOf } from './associate.ts'

/** Whom PHI would go to. `host`: as in an address, in any case, without brackets. */
export type Party =
  | { readonly kind: 'trunk'; readonly id: string; readonly host: string }
  | { readonly kind: 'provider'; readonly id: string; readonly host: string }
  | { readonly kind: 'webhook'; readonly host: string }
  | { readonly kind: AssociateSystem; readonly host: string }

/** What the operator wants of the gate. */
export const BAA_GATES = ['enforce', 'warn', 'off'] as const
export type BaaGate = (typeof BAA_GATES)[number]

export type PartyCover = Cover | 'same_machine'

/**
 * What lets PHI go to a party; `undefined`: nothing does. What never leaves this machine goes to no other party. A private address is no
 * proof of that: a hosted fax machine behind a tunnel has one too.
 */
export function coverOfParty(
  party: Party,
  associates: readonly Associate[],
  day: Day,
): PartyCover | undefined {
  if (isSameMachine(party.host)) return 'same_machine'
  const covers = associates
    .filter((associate) => isTied(associate, party))
    .map((associate) => coverOf(associate, day))
  return covers.includes('agreement') ? 'agreement' : covers.find((cover) => cover !== undefined)
}

/** Whether an associate stands behind a way out. */
export function isTied({ ties }: Pick<Associate, 'ties'>, party: Party): boolean {
  switch (party.kind) {
    case 'trunk':
      return ties.trunkIds.includes(party.id)
    case 'provider':
      return ties.providerIds.includes(party.id)
    case 'webhook':
      return ties.webhookHosts.includes(plainHost(party.host))
    default:
      return ties.systems.includes(party.kind)
  }
}

/** `localhost` never leaves this machine (RFC 6761 §6.3), nor do 127.0.0.0/8 and ::1; any other name may. */
export function isSameMachine(host: string): boolean {
  const plain = plainHost(host)
  if (plain === 'localhost' || plain.endsWith('.localhost')) return true
  return isIP(plain) === 4 ? plain.startsWith('127.') : plain === '::1'
}

function plainHost(host: string): string {
  return host.replace(/^\[|\]$/g, '').toLowerCase()
}
