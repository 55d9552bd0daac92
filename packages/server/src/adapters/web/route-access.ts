import type { KeyScope } from '../../domain/access/api-key.ts'
import type { PeopleRight } from '../../domain/access/roles.ts'

/**
 * Who may call a route. Every route declares it in `config.access`; one that does not stops the server from starting.
 * `keyHeader` names one more header the key may stand in, for clients of another API; those routes take keys alone.
 */
export type RouteAccess =
  | { readonly kind: 'public' }
  | { readonly kind: 'key'; readonly scope: KeyScope; readonly keyHeader?: string }
  | PersonAccess

/**
 * For people alone: there is somebody to answer for it.
 *
 * `factor`: `waiting` takes a session whose second factor is still to come, `one` any other, `second` one that has it, `fresh` one that has had it in the
 * last minutes.
 */
export interface PersonAccess {
  readonly kind: 'person'
  readonly factor: 'waiting' | 'one' | 'second' | 'fresh'
  /** Absent: it is about the person themselves. */
  readonly right?: PeopleRight
}

export const PUBLIC: RouteAccess = { kind: 'public' }

/** A key with the scope, or a person whose role has it. */
export function needs(scope: KeyScope, keyHeader?: string): RouteAccess {
  return { kind: 'key', scope, ...(keyHeader === undefined ? {} : { keyHeader }) }
}

/** A person about themselves. */
export function personal(factor: PersonAccess['factor']): PersonAccess {
  return { kind: 'person', factor }
}

/** A person whose role has the right. */
export function needsPerson(right: PeopleRight, factor: 'second' | 'fresh' = 'second'): PersonAccess {
  return { kind: 'person', factor, right }
}
