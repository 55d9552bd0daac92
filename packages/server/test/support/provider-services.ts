import { randomBytes } from 'node:crypto'
import { createHttpOut } from '../../src/adapters/http-out/http-out.ts'
import { createIFaxUpstream } from '../../src/adapters/lines/ifax/upstream.ts'
import { updateAccount } from '../../src/application/account/update-account.ts'
import { createProvider } from '../../src/application/providers/providers.ts'
import type { Services } from '../../src/application/services.ts'
import type { ProviderSettings } from '../../src/domain/providers/provider.ts'
import type { HttpOut } from '../../src/ports/http-out.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { ANY_NUMBER } from './any-number.ts'
import type { VirtualClock } from './clock.ts'
import { testDatabase } from './database.ts'
import type { IFaxDouble } from './ifax-double.ts'
import { ACTOR, createTestServices, type TestServices } from './services.ts'

/** Services that hand faxes to providers over a real network on loopback, where waiting for an answer takes no virtual time. */
export async function createProviderServices(overrides: Partial<Services> = {}): Promise<TestServices> {
  const real = createHttpOut()
  let clock: VirtualClock | undefined
  const held = async <T>(work: () => Promise<T>): Promise<T> => {
    const end = clock?.hold()
    try {
      return await work()
    } finally {
      end?.()
    }
  }
  const httpOut: HttpOut = {
    request: (request) => held(() => real.request(request)),
    check: (url, options) => held(() => real.check(url, options)),
  }
  const upstream = createIFaxUpstream({
    httpOut,
    policy: { redirects: 0, allowLoopback: true },
    documentBytesMax: 5 * 1_048_576,
    timeoutMs: 2_000,
  })
  const services = await createTestServices(await testDatabase(), {
    httpOut,
    upstream,
    ...overrides,
  })
  clock = services.clock
  return services
}

export const PROVIDER_SETTINGS: ProviderSettings = {
  kind: 'ifax',
  name: 'Provider',
  enabled: true,
  baseUrl: 'http://127.0.0.1:9',
  callerId: null,
  concurrency: 10,
  simulated: false,
}

export interface TestProvider {
  readonly id: string
  readonly hookToken: string
}

/** A new account whose live faxes leave through the double. */
export async function addProviderAccount(
  services: TestServices,
  double: IFaxDouble,
  settings: Partial<ProviderSettings> = {},
): Promise<{ scope: Scope; provider: TestProvider }> {
  const scope: Scope = { ...(await services.addAccount()), mode: 'live' }
  const wanted = { ...PROVIDER_SETTINGS, baseUrl: double.url, ...settings }
  const made = await createProvider(services, scope, ACTOR, {
    settings: wanted,
    apiKey: double.key,
    hookAuth: null,
  })
  await updateAccount(services, scope, ACTOR, { outboundLine: 'ifax', ...ANY_NUMBER })
  return { scope, provider: { id: made.provider.id, hookToken: made.hookToken } }
}

/** A number of nobody's block of test mode, another with each call. */
export function someNumber(): string {
  return `+1202777${String(randomBytes(2).readUInt16BE() % 10_000).padStart(4, '0')}`
}
