import type { CarrierSource } from '../../ports/carrier.ts'
import type { Keyring } from '../../ports/keyring.ts'
import type { Store } from '../../ports/store/store.ts'
import type { Upstream } from '../../ports/upstream.ts'
import { openProvider } from '../sealed/provider-secrets.ts'

/** An account's first enabled provider, as who sells it numbers. */
export function providerNumbers(
  store: Store,
  keyring: Keyring,
  upstream: Pick<Upstream, 'numberShop'>,
): CarrierSource {
  return {
    name: 'ifax',
    async open(scope) {
      // Test mode has the sandbox's numbers, and never leaves it.
      if (scope.mode !== 'live') return undefined
      const found = await store.asAccount(scope, async (tx) => {
        const provider = (await tx.providers.list()).find(({ settings }) => settings.enabled)
        return provider && { provider, account: await tx.accounts.get() }
      })
      if (!found) return undefined
      const keys = await keyring.account(found.account.id, found.account.wrappedKey)
      return upstream.numberShop(openProvider(keys, found.provider))
    },
  }
}
