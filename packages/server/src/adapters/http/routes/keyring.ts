import {
  type KeyringState,
  readKeyring,
  rotateAccountKey,
} from '../../../application/keyring/rotate-account-key.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { KeyringView } from '../schemas/keyring.ts'
import { timeOrNull } from '../views/time.ts'

const tags = ['Keyring']

/** `/v2/keyring`: which key wraps what, and how far a rotation is. */
export function registerKeyringRoutes(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/keyring',
    {
      config: { access: needs('audit:read') },
      schema: {
        tags,
        summary: 'Read what wraps what',
        description:
          'Both figures of what is left go down to 0 while the server runs, whatever is being sent or read.',
        response: { 200: KeyringView },
      },
    },
    async (request) => keyringView(await readKeyring(services, callerOf(request).scope)),
  )

  app.post(
    '/v2/keyring/rotate',
    {
      config: { access: needs('keyring:rotate'), problems: ['keyring.rotating'] },
      schema: {
        tags,
        summary: "Rotate the account's key",
        description:
          'A new version wraps the keys of all documents, new and old. Test and live documents of an account have one key. Fields and search hashes ' +
          'stay under the first version. Nothing stops meanwhile; it takes some hours, because workers may hold keys for the length of a call.',
        response: { 202: KeyringView },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      return reply.code(202).send(keyringView(await rotateAccountKey(services, scope, actor)))
    },
  )
}

function keyringView({ master, account }: KeyringState) {
  return { master, account: { ...account, settledAt: timeOrNull(account.settledAt) } }
}
