import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { endAssociate } from '../../../src/application/associates/associates.ts'
import { fetchUpstream } from '../../../src/application/providers/fetch-upstream.ts'
import { openProviderHook, takeProviderPost } from '../../../src/application/providers/provider-hook.ts'
import { createProvider } from '../../../src/application/providers/providers.ts'
import { Problem } from '../../../src/domain/problem/problem.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { type UpstreamClient, UpstreamError } from '../../../src/ports/upstream.ts'
import { cover } from '../../support/associates.ts'
import { testDatabase } from '../../support/database.ts'
import { recordOf, sendTo } from '../../support/faxes.ts'
import { PROVIDER_SETTINGS } from '../../support/provider-services.ts'
import { ACTOR, createTestServices, TEST_POLICY } from '../../support/services.ts'

/** What the provider was asked. It takes every fax, and never says what became of it. */
const asked: string[] = []
const client = {
  async send() {
    asked.push('send')
    return String(asked.length)
  },
  async received() {
    asked.push('received')
    throw new UpstreamError('unclear', 'No answer.')
  },
  async status() {
    return undefined
  },
} as unknown as UpstreamClient

const services = await createTestServices(await testDatabase(), {
  upstream: {
    open: () => client,
    numberShop() {
      throw new Error('Nobody shops here.')
    },
  },
  httpOut: {
    request: () => Promise.reject(new Error('Nothing is posted.')),
    check: async () => undefined,
  },
  policy: { ...TEST_POLICY, baaGate: 'enforce' },
})
after(() => services.close())

async function account() {
  const scope: Scope = { ...(await services.addAccount()), mode: 'live' }
  const settings = { ...PROVIDER_SETTINGS, baseUrl: 'https://api.provider.example' }
  const wanted = { settings, apiKey: 'zebra', hookAuth: null }
  const { provider, hookToken } = await createProvider(services, scope, ACTOR, wanted)
  const misdirection = { live: { firstSend: 'allow', nearMiss: 'allow' } } as const
  await services.store.asAccount(scope, (tx) =>
    tx.accounts.updateSettings({ outboundLine: 'ifax', misdirection }),
  )
  asked.length = 0
  return { scope, providerId: provider.id, hookToken }
}

const send = (scope: Scope) => sendTo(services, scope, 0, { to: '+12027770001', allowDuplicate: true })

test('nothing is handed to a provider without an agreement, and what was accepted before waits', async () => {
  const { scope, providerId } = await account()
  await assert.rejects(send(scope), (error) => error instanceof Problem && error.code === 'auth.baa_required')
  const associateId = await cover(services, scope, { providerIds: [providerId] })
  const { id } = await send(scope)
  await endAssociate(services, scope, ACTOR, associateId)
  await services.runDue()
  const waiting = (await recordOf(services, scope, id)).fax
  assert.deepEqual([waiting.code, waiting.endedAt, asked], ['auth.baa_required', null, []])
  await cover(services, scope, { providerIds: [providerId] })
  await services.runFor(90_000)
  assert.deepEqual(asked, ['send'])
})

test('a fax that a provider received waits there until there is an agreement', async () => {
  const { scope, providerId, hookToken } = await account()
  const hook = await openProviderHook(services, hookToken, undefined)
  const post = { direction: 'received', reference: '4711', transactionId: undefined } as const
  await takeProviderPost(services, hook, post)
  const job = services.queue.waiting.find(({ name }) => name === 'fetch-upstream')!
  const fetch = () => fetchUpstream(services, scope, job.subjectId, new AbortController().signal)
  await fetch()
  assert.deepEqual(asked, [])
  assert.match(services.logText(), new RegExp(`${providerId}.*associate\\.missing`))
  await cover(services, scope, { providerIds: [providerId] })
  services.clock.jumpTo(services.clock.now() + 31_000)
  await fetch()
  assert.deepEqual(asked, ['received'])
})
