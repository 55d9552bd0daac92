import { Problem } from '../../domain/problem/problem.ts'
import { faultOf, type Trunk, type TrunkFault } from '../../domain/trunks/trunk.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { TrunkCheck } from '../../ports/trunk-probe.ts'
import { readAccount } from '../account-now.ts'
import { gateTrunks } from '../associates/baa-gate.ts'
import { recordAudit } from '../record-change.ts'
import { openTrunk } from '../sealed/trunk-secrets.ts'
import type { Services } from '../services.ts'

export interface TrunkReport {
  readonly ok: boolean
  /** Our own settings first, then what the line found. */
  readonly checks: readonly TrunkCheck[]
}

const SETTINGS_CHECKS: Readonly<Record<TrunkFault, { readonly sentence: string; readonly fix: string }>> = {
  disabled: { sentence: 'The trunk is switched off.', fix: 'Set "enabled" to true.' },
  not_acknowledged: {
    sentence: 'Nobody has said what protects the media, so no fax is sent on this trunk.',
    fix: 'Run "answerback trunk acknowledge", or POST /v2/trunks/{id}/acknowledge.',
  },
  no_agreement: {
    sentence: 'No current business associate agreement covers the carrier, so no fax is sent on this trunk.',
    fix: 'Record it with POST /v2/associates and POST /v2/associates/{id}/agreements.',
  },
  t38_off: {
    sentence: 'T.38 is switched off, so the trunk carries no fax.',
    fix: 'Set "profile.t38" to "auto".',
  },
}

/**
 * Tries a trunk without calling anybody.
 * @throws Problem `trunk.not_found`, `line.unavailable`
 */
export async function testTrunk(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  signal: AbortSignal,
): Promise<TrunkReport> {
  const { trunk, open } = await services.store.asAccount(scope, async (tx) => {
    const trunk = await tx.trunks.get(id)
    if (!trunk) throw new Problem('trunk.not_found')
    const { keys } = await readAccount(services, tx)
    const [gated] = await gateTrunks(services, tx, [trunk])
    return { trunk: gated ?? trunk, open: openTrunk(keys, trunk) }
  })
  if (!services.trunkProbe) throw new Problem('line.unavailable')
  const checks = [settingsCheck(trunk), ...(await services.trunkProbe.probe(open, signal))]
  const failed = checks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)
  await services.store.asAccount(scope, (tx) =>
    recordAudit(services, tx, actor, 'trunk.tested', id, { failed }),
  )
  return { ok: failed.length === 0, checks }
}

function settingsCheck(trunk: Trunk): TrunkCheck {
  const fault = faultOf(trunk)
  const found = fault === undefined ? undefined : SETTINGS_CHECKS[fault]
  return {
    name: 'settings',
    outcome: found ? 'failed' : 'ok',
    sentence: found?.sentence ?? 'The trunk is enabled and acknowledged.',
    fix: found?.fix ?? null,
    durationMs: null,
  }
}
