import { hashToken } from '../../domain/access/session.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { PASSKEY_ALGORITHMS, type RelyingParty } from '../../ports/sign-in.ts'
import type { CeremonyKind, PasskeyRow } from '../../ports/store/credential-store.ts'
import type { PersonRow } from '../../ports/store/people-store.ts'
import type { Services } from '../services.ts'
import type { FactorHolder } from './factor-holder.ts'
import { actorOf, auditPerson } from './people-audit.ts'
import { type BegunSession, beginSession, type Origin } from './sessions.ts'

const CEREMONY_MS = 5 * 60_000
const PASSKEYS_MAX = 20

/** Gives out a challenge that is good once, for one kind of ceremony and one person. @returns base64url, 32 bytes */
async function beginPasskeyCeremony(
  services: Services,
  kind: Exclude<CeremonyKind, 'oidc'>,
  personId: string | null,
): Promise<string> {
  const challenge = services.random.bytes(32).toString('base64url')
  const until = new Date(services.clock.now() + CEREMONY_MS)
  await services.store.asSystem((tx) => tx.ceremonies.begin(hashToken(challenge), kind, personId, until))
  return challenge
}

function taking(services: Services, kind: CeremonyKind, personId: string | null) {
  return (challenge: Buffer) =>
    services.store.asSystem((tx) =>
      tx.ceremonies.take(
        hashToken(challenge.toString('base64url')),
        kind,
        personId,
        new Date(services.clock.now()),
      ),
    )
}

/** What a browser's `navigator.credentials.create` is given (WebAuthn level 3 §5.4), for a passkey that needs no name to be typed. */
export async function passkeyCreation(
  services: Services,
  person: Pick<PersonRow, 'id' | 'email' | 'name'>,
  party: RelyingParty,
) {
  const held = await services.store.asSystem((tx) => tx.credentials.passkeys(person.id))
  return {
    challenge: await beginPasskeyCeremony(services, 'passkey_add', person.id),
    rp: { id: party.id, name: 'Answerback' },
    user: {
      id: Buffer.from(person.id).toString('base64url'),
      name: person.email,
      displayName: person.name,
    },
    pubKeyCredParams: PASSKEY_ALGORITHMS.map((alg) => ({ type: 'public-key' as const, alg })),
    timeout: CEREMONY_MS,
    attestation: 'none' as const,
    authenticatorSelection: { residentKey: 'required' as const, userVerification: 'required' as const },
    excludeCredentials: held.map(descriptorOf),
  }
}

/** What `navigator.credentials.get` is given (§5.5). @param personId of whoever confirms; `null`: whoever signs in */
export async function passkeyRequest(services: Services, personId: string | null, party: RelyingParty) {
  const kind = personId === null ? 'passkey_sign_in' : 'passkey_confirm'
  // Who has which passkey is nobody's to know before they have signed.
  const held =
    personId === null ? [] : await services.store.asSystem((tx) => tx.credentials.passkeys(personId))
  return {
    challenge: await beginPasskeyCeremony(services, kind, personId),
    rpId: party.id,
    timeout: CEREMONY_MS,
    userVerification: 'required' as const,
    allowCredentials: held.map(descriptorOf),
  }
}

function descriptorOf({ credentialId, transports }: PasskeyRow) {
  return {
    type: 'public-key' as const,
    id: credentialId.toString('base64url'),
    transports: [...transports],
  }
}

/** @throws Problem `passkey.refused` */
export async function addPasskey(
  services: Services,
  { person, sessionId, accountIds }: FactorHolder,
  given: { readonly name: string; readonly response: unknown },
  party: RelyingParty,
  requestId: string | null,
): Promise<PasskeyRow> {
  const made = await services.passkeys.verifyNew(
    given.response,
    party,
    taking(services, 'passkey_add', person.id),
  )
  if (!made) throw new Problem('passkey.refused')
  const passkey: PasskeyRow = {
    ...made,
    id: services.random.id('psk'),
    personId: person.id,
    name: given.name,
    createdAt: new Date(services.clock.now()),
    lastUsedAt: null,
  }
  await auditPerson(services, actorOf(person.id, requestId), accountIds, 'person.passkey_added', passkey.id)
  await services.store.asSystem(async (tx) => {
    const held = await tx.credentials.passkeys(person.id)
    const taken = await tx.credentials.passkeyByCredential(passkey.credentialId)
    if (held.length >= PASSKEYS_MAX || taken) throw new Problem('passkey.refused')
    await tx.credentials.insertPasskey(passkey)
    // Sessions that were begun without a second factor would go on without one.
    await tx.sessions.endAll(person.id, 'factor_added', passkey.createdAt, sessionId)
  })
  return passkey
}

/** @throws Problem `passkey.not_found` */
export async function removePasskey(
  services: Services,
  person: PersonRow,
  passkeyId: string,
  accountIds: readonly string[],
  requestId: string | null,
): Promise<void> {
  const held = await services.store.asSystem((tx) => tx.credentials.passkeys(person.id))
  if (!held.some(({ id }) => id === passkeyId)) throw new Problem('passkey.not_found')
  await auditPerson(services, actorOf(person.id, requestId), accountIds, 'person.passkey_removed', passkeyId)
  const removed = await services.store.asSystem((tx) => tx.credentials.deletePasskey(passkeyId, person.id))
  if (!removed) throw new Problem('passkey.not_found')
}

/**
 * Signs in with a passkey alone: the authenticator has asked for a PIN or a finger, so it is possession and one more at once.
 * @throws Problem `auth.sign_in_failed`
 */
export async function signInWithPasskey(
  services: Services,
  response: unknown,
  party: RelyingParty,
  origin: Origin,
): Promise<BegunSession> {
  const passkey = await verifyUse(services, response, party, 'passkey_sign_in', null)
  const person = passkey && (await services.store.asSystem((tx) => tx.people.get(passkey.personId)))
  if (person?.status !== 'active') throw new Problem('auth.sign_in_failed')
  return beginSession(services, person, { state: 'active', method: 'passkey', secondFactor: true }, origin)
}

/** Whether a passkey of this person has just signed. */
export async function confirmWithPasskey(
  services: Services,
  personId: string,
  response: unknown,
  party: RelyingParty,
): Promise<boolean> {
  return (await verifyUse(services, response, party, 'passkey_confirm', personId)) !== undefined
}

async function verifyUse(
  services: Services,
  response: unknown,
  party: RelyingParty,
  kind: CeremonyKind,
  personId: string | null,
): Promise<PasskeyRow | undefined> {
  const credentialId = services.passkeys.credentialOf(response)
  const passkey =
    credentialId && (await services.store.asSystem((tx) => tx.credentials.passkeyByCredential(credentialId)))
  if (!passkey || (personId !== null && passkey.personId !== personId)) return undefined
  const take = taking(services, kind, personId)
  const signCount = await services.passkeys.verifyUse(response, passkey, party, take)
  if (signCount === undefined) return undefined
  const now = new Date(services.clock.now())
  await services.store.asSystem((tx) => tx.credentials.usePasskey(passkey.id, signCount, now))
  return passkey
}
