import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { PASSKEY_ALGORITHMS, type PasskeyVerifier, type TakeChallenge } from '../../ports/sign-in.ts'

const CREDENTIAL_BYTES_MAX = 1023
const TRANSPORTS = new Set(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'])

/**
 * WebAuthn by way of @simplewebauthn/server. Whatever is wrong with a response is one and the same refusal; a fault of the database while the
 * challenge is taken is not.
 */
export const webauthn: PasskeyVerifier = {
  async verifyNew(response, party, take) {
    const taking = guarded(take)
    const result = await refusing(taking, () =>
      verifyRegistrationResponse({
        response: response as RegistrationResponseJSON,
        expectedChallenge: taking.take,
        expectedOrigin: party.origin,
        expectedRPID: party.id,
        requireUserVerification: true,
        supportedAlgorithmIDs: [...PASSKEY_ALGORITHMS],
      }),
    )
    if (!result?.verified) return undefined
    const { credential } = result.registrationInfo
    const transports = (credential.transports ?? []).filter((each) => TRANSPORTS.has(each))
    return {
      credentialId: Buffer.from(credential.id, 'base64url'),
      publicKey: Buffer.from(credential.publicKey),
      signCount: credential.counter,
      transports,
    }
  },

  async verifyUse(response, passkey, party, take) {
    const taking = guarded(take)
    const result = await refusing(taking, () =>
      verifyAuthenticationResponse({
        response: response as AuthenticationResponseJSON,
        expectedChallenge: taking.take,
        expectedOrigin: party.origin,
        expectedRPID: party.id,
        requireUserVerification: true,
        credential: {
          id: passkey.credentialId.toString('base64url'),
          publicKey: new Uint8Array(passkey.publicKey),
          counter: passkey.signCount,
        },
      }),
    )
    return result?.verified ? result.authenticationInfo.newCounter : undefined
  },

  credentialOf(response) {
    const id = (response as { id?: unknown } | null)?.id
    if (typeof id !== 'string' || !/^[\w-]+$/.test(id)) return undefined
    const bytes = Buffer.from(id, 'base64url')
    return bytes.length > 0 && bytes.length <= CREDENTIAL_BYTES_MAX ? bytes : undefined
  },
}

interface Taking {
  readonly take: (challenge: string) => Promise<boolean>
  readonly fault: () => unknown
}

function guarded(take: TakeChallenge): Taking {
  let fault: unknown
  return {
    fault: () => fault,
    take: async (challenge) => {
      try {
        return await take(Buffer.from(challenge, 'base64url'))
      } catch (error) {
        fault = error
        throw error
      }
    },
  }
}

async function refusing<T>(taking: Taking, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch {
    if (taking.fault() !== undefined) throw taking.fault()
    return undefined
  }
}
