import { type IdentityVerdict, judgeIdentity } from '../../domain/recipients/far-end-identity.ts'
import { misdirectionPolicy } from '../../domain/recipients/misdirection.ts'
import type { RecipientRow } from '../../ports/store/recipient-store.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import type { FaxSecrets } from '../sealed/fax-secrets.ts'
import { openIdentities } from '../sealed/recipient-secrets.ts'

/** Judges what a far end calls itself, before any image goes to it. */
export type IdentityGate = (remoteId: string | undefined) => IdentityVerdict

/** There where the account wants calls stopped and something is known of the machine that answers there. */
export function identityGate(
  { held, recipient }: { readonly held: HeldFax; readonly recipient: RecipientRow | undefined },
  { to }: Pick<FaxSecrets, 'to'>,
): IdentityGate | undefined {
  const { account, scope } = held
  const policy = misdirectionPolicy(account.row.settings.misdirection, scope.mode)
  if (policy.identityGate !== 'stop' || !recipient) return undefined
  // The test fax is harmless, and how a number with another machine is confirmed anew.
  if (recipient.codeFaxId === held.fax.id) return undefined
  const known = openIdentities(account.keys, recipient).filter(({ accepted }) => accepted)
  return known.length === 0 ? undefined : (remoteId) => judgeIdentity(known, to, remoteId)
}
