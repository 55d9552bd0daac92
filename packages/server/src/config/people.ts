import type { OidcSettings } from '../adapters/auth/oidc.ts'
import { DEFAULT_PEOPLE_POLICY, type PeoplePolicy } from '../domain/access/session.ts'
import type { Misconfiguration, Profile } from './misconfiguration.ts'

type Settings = Readonly<Record<string, unknown>>

/** How long sessions last, where they need a second factor, and by when emergency access is reviewed. */
export function readPeoplePolicy(
  values: Settings,
  profile: Profile,
  faults: Misconfiguration[],
): PeoplePolicy {
  const {
    sessionIdleMinutes: idle,
    sessionHours: hours,
    breakGlassReviewHours: review,
    secondFactor,
  } = values
  if (profile === 'production' && secondFactor === 'never') {
    const fix =
      'Leave it out, or set "always"; where the identity provider asks for it, set ANSWERBACK_OIDC_ASKS_SECOND_FACTOR.'
    const sentence = 'Live faxes would be open to whoever has a password.'
    faults.push({ setting: 'ANSWERBACK_SECOND_FACTOR', sentence, fix })
  }
  return {
    ...DEFAULT_PEOPLE_POLICY,
    ...(typeof idle === 'number' ? { sessionIdleMs: idle * 60_000 } : {}),
    ...(typeof hours === 'number' ? { sessionMaxMs: hours * 3_600_000 } : {}),
    ...(typeof review === 'number' ? { breakGlassReviewMs: review * 3_600_000 } : {}),
    ...(secondFactor === undefined ? {} : { secondFactor: secondFactor as PeoplePolicy['secondFactor'] }),
  }
}

/** The OpenID Connect provider, all of it or none. No fault repeats the secret. */
export function readOidcConfig(
  values: Settings,
  profile: Profile,
  faults: Misconfiguration[],
): OidcSettings | undefined {
  const {
    oidcIssuer: issuer,
    oidcClientId: clientId,
    oidcClientSecret: clientSecret,
    oidcName: name,
  } = values
  const given = { issuer, clientId, clientSecret }
  if (Object.values(given).every((value) => value === undefined)) return undefined
  const variables = { issuer: 'ISSUER', clientId: 'CLIENT_ID', clientSecret: 'CLIENT_SECRET' } as const
  for (const [part, value] of Object.entries(given)) {
    if (typeof value === 'string' && value !== '') continue
    const setting = `ANSWERBACK_OIDC_${variables[part as keyof typeof variables]}`
    faults.push({
      setting,
      sentence: 'Single sign-on needs it.',
      fix: 'Give issuer, client id and client secret, or none of them.',
    })
  }
  if (typeof issuer !== 'string' || typeof clientId !== 'string' || typeof clientSecret !== 'string') {
    return undefined
  }
  if (!isIssuer(issuer, profile)) {
    const fix = 'Give its https address, as it stands in its own openid-configuration.'
    const sentence = 'It is not the address of an identity provider.'
    faults.push({ setting: 'ANSWERBACK_OIDC_ISSUER', sentence, fix })
    return undefined
  }
  return {
    issuer,
    clientId,
    clientSecret,
    name: typeof name === 'string' && name !== '' ? name.slice(0, 60) : 'Single sign-on',
    asksSecondFactor: values.oidcAsksSecondFactor === true,
  }
}

/** Plain http only in development, on this machine. */
function isIssuer(text: string, profile: Profile): boolean {
  const url = URL.parse(text)
  if (url === null) return false
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false
  const here = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
  return url.protocol === 'https:' || (url.protocol === 'http:' && profile === 'development' && here)
}
