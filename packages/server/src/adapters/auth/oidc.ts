import * as oauth from 'oauth4webapi'
import type { Clock } from '../../ports/clock.ts'
import { type HttpOut, HttpOutError, type HttpOutPolicy } from '../../ports/http-out.ts'
import { IdentityError, type IdentityProvider, type VouchedPerson } from '../../ports/sign-in.ts'

/** What the operator says of an OpenID Connect provider. */
export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly name: string
  /** The provider asks for a second factor itself, though it does not say so in `amr`. */
  readonly asksSecondFactor: boolean
}

const TIMEOUT_MS = 10_000
const REPLY_BYTES_MAX = 256 * 1024
/** The provider's metadata changes when it rotates nothing but its addresses: keys are read anew for every sign-in. */
const METADATA_MS = 10 * 60_000
/** What `amr` says where more than one factor was used (RFC 8176 §2); its other words speak of one each. */
const SEVERAL = 'mfa'

/** Authorization code flow with PKCE, `client_secret_basic`, and an ID token whose signature is checked though it came over TLS. */
export function createOidcProvider(
  settings: OidcSettings,
  { httpOut, clock, policy }: { httpOut: HttpOut; clock: Clock; policy: HttpOutPolicy },
): IdentityProvider {
  const issuer = new URL(settings.issuer)
  const client = (): oauth.Client => ({
    client_id: settings.clientId,
    [oauth.clockSkew]: Math.round((clock.now() - Date.now()) / 1000),
    [oauth.clockTolerance]: 30,
  })
  const options = {
    [oauth.customFetch]: fetchThrough(httpOut, policy),
    [oauth.allowInsecureRequests]: issuer.protocol === 'http:',
  }
  let known: { readonly server: oauth.AuthorizationServer; readonly until: number } | undefined
  const metadata = async (): Promise<oauth.AuthorizationServer> => {
    if (known && clock.now() < known.until) return known.server
    const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options))
    known = { server, until: clock.now() + METADATA_MS }
    return server
  }

  return {
    name: settings.name,
    authorizationUrl: (redirectUri, state) =>
      verifying(async () => {
        const server = await metadata()
        if (server.authorization_endpoint === undefined) throw new IdentityError('not_verified')
        const url = new URL(server.authorization_endpoint)
        const parameters = {
          client_id: settings.clientId,
          redirect_uri: redirectUri,
          response_type: 'code',
          scope: 'openid email',
          state: state.state,
          nonce: state.nonce,
          code_challenge: await oauth.calculatePKCECodeChallenge(state.codeVerifier),
          code_challenge_method: 'S256',
        }
        for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
        return url.href
      }),

    redeem: (given, redirectUri, state) =>
      verifying(async () => {
        const server = await metadata()
        const parameters = oauth.validateAuthResponse(server, client(), given, state.state)
        const reply = await oauth.authorizationCodeGrantRequest(
          server,
          client(),
          oauth.ClientSecretBasic(settings.clientSecret),
          parameters,
          redirectUri,
          state.codeVerifier,
          options,
        )
        const tokens = await oauth.processAuthorizationCodeResponse(server, client(), reply, {
          expectedNonce: state.nonce,
          requireIdToken: true,
        })
        await oauth.validateApplicationLevelSignature(server, reply, options)
        const claims = oauth.getValidatedIdTokenClaims(tokens)
        if (!claims) throw new IdentityError('not_verified')
        const address =
          claims.email === undefined ? await userInfo(server, client(), tokens, claims.sub, options) : claims
        return vouchedPerson(claims, address, settings.asksSecondFactor)
      }),
  }
}

/** Many providers keep the address out of the ID token. */
async function userInfo(
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  tokens: oauth.TokenEndpointResponse,
  subject: string,
  options: object,
): Promise<Readonly<Record<string, unknown>>> {
  if (server.userinfo_endpoint === undefined) return {}
  const reply = await oauth.userInfoRequest(server, client, tokens.access_token, options)
  return oauth.processUserInfoResponse(server, client, subject, reply)
}

function vouchedPerson(
  claims: oauth.IDToken,
  address: Readonly<Record<string, unknown>>,
  asksSecondFactor: boolean,
): VouchedPerson {
  const { email, email_verified: verified } = address
  const methods = Array.isArray(claims.amr) ? claims.amr : []
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email: typeof email === 'string' && verified === true ? email : undefined,
    secondFactor: asksSecondFactor || methods.includes(SEVERAL),
  }
}

/** Bounded, checked for where it goes, and without redirects. */
function fetchThrough(httpOut: HttpOut, policy: HttpOutPolicy) {
  return async (
    url: string,
    init: { readonly method: string; readonly headers: Record<string, string>; readonly body?: unknown },
  ): Promise<Response> => {
    const body = init.body === undefined || init.body === null ? undefined : String(init.body)
    const reply = await httpOut.request({
      method: init.method === 'POST' ? 'POST' : 'GET',
      url,
      headers: { ...init.headers, 'accept-encoding': 'identity' },
      ...(body === undefined ? {} : { body }),
      timeoutMs: TIMEOUT_MS,
      maxBytes: REPLY_BYTES_MAX,
      policy: { ...policy, redirects: 0 },
    })
    const { 'transfer-encoding': _coding, ...headers } = reply.headers
    return new Response(reply.body.length > 0 ? new Uint8Array(reply.body) : null, {
      status: reply.status,
      headers,
    })
  }
}

async function verifying<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof IdentityError) throw error
    if (error instanceof HttpOutError) throw new IdentityError('unreachable', { cause: error })
    const refused =
      error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError
    throw new IdentityError(refused ? 'refused' : 'not_verified', { cause: error })
  }
}
