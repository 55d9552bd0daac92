import { faultOf } from '../../domain/trunks/trunk.ts'
import type { OpenTrunk, TrunkDirectory } from '../../ports/line.ts'
import { accountKeys } from '../account-keys.ts'
import { openTrunk } from '../sealed/trunk-secrets.ts'
import type { Services } from '../services.ts'

/** The usable trunks of all accounts, for a line that registers on them. A trunk whose secret does not open is left out. */
export function createTrunkDirectory(services: Services): TrunkDirectory {
  return {
    async list() {
      const owners = await services.store.asSystem((tx) => tx.trunkCalls.owners())
      const found: OpenTrunk[] = []
      for (const accountId of owners) {
        found.push(...(await trunksOf(services, accountId)))
      }
      return found
    },
  }
}

function trunksOf(services: Services, accountId: string): Promise<OpenTrunk[]> {
  return services.store.asAccount({ accountId, mode: 'live' }, async (tx) => {
    const keys = await accountKeys(services, tx)
    const trunks = await tx.trunks.list()
    return trunks
      .filter((trunk) => faultOf(trunk) === undefined)
      .flatMap((trunk) => {
        try {
          return [openTrunk(keys, trunk)]
        } catch (error) {
          services.log.error('trunk.secret_lost', { trunkId: trunk.id, error })
          return []
        }
      })
  })
}
