import type { KeyScope } from '../../domain/api-key.ts'

/**
 * Who may call a route. Every route declares it in `config.access`; one that does not stops the server from starting.
 * `keyHeader` names one more header the key may stand in, for clients of another API.
 */
export type RouteAccess =
  | { readonly kind: 'public' }
  | { readonly kind: 'key'; readonly scope: KeyScope; readonly keyHeader?: string }

export const PUBLIC: RouteAccess = { kind: 'public' }

export function needs(scope: KeyScope, keyHeader?: string): RouteAccess {
  return { kind: 'key', scope, ...(keyHeader === undefined ? {} : { keyHeader }) }
}
