import type { GatedTrunk } from '../../../application/associates/baa-gate.ts'
import { faultOf } from '../../../domain/trunks/trunk.ts'

/** A trunk as its owner may see it: never its secret. */
export function trunkView(trunk: GatedTrunk) {
  const { id, settings, secretSealed, acknowledgement, createdAt, updatedAt } = trunk
  const { prefixes, inbound } = settings
  return {
    id,
    ...settings,
    hasSecret: secretSealed !== null,
    numberFormat: { ...settings.numberFormat },
    profile: { ...settings.profile },
    prefixes: { include: [...prefixes.include], exclude: [...prefixes.exclude] },
    inbound: { allowedSources: [...inbound.allowedSources], dids: [...inbound.dids] },
    acknowledgement: acknowledgement && { ...acknowledgement, at: acknowledgement.at.toISOString() },
    fault: faultOf(trunk) ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}
