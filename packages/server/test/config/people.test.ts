import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, type Profile } from '../../src/config/misconfiguration.ts'
import { readConfig } from '../../src/config/read-config.ts'

const SAFE = { ANSWERBACK_DATA: '/srv/data', ANSWERBACK_KEY_FOLDER: '/srv/keys' }
const OIDC = {
  ANSWERBACK_OIDC_ISSUER: 'https://login.clinic.example',
  ANSWERBACK_OIDC_CLIENT_ID: 'answerback',
  ANSWERBACK_OIDC_CLIENT_SECRET: 'not for any message',
}

function faults(environment: Record<string, string>, profile: Profile = 'production'): string[] {
  try {
    readConfig(profile, {}, { ...SAFE, ...environment })
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    assert.doesNotMatch(error.message, /not for any message/)
    return error.faults.map(({ setting }) => setting)
  }
}

test('sessions end after fifteen idle minutes and twelve hours, and live mode needs a second factor, unless said otherwise', () => {
  const { people } = readConfig('production', {}, SAFE).policy
  assert.deepEqual(
    [people.sessionIdleMs, people.sessionMaxMs, people.secondFactor, people.breakGlassReviewMs],
    [900_000, 43_200_000, 'live', 86_400_000],
  )
  const set = {
    ANSWERBACK_SESSION_IDLE_MINUTES: '5',
    ANSWERBACK_SESSION_HOURS: '8',
    ANSWERBACK_SECOND_FACTOR: 'always',
    ANSWERBACK_BREAK_GLASS_REVIEW_HOURS: '72',
  }
  const { people: other } = readConfig('production', {}, { ...SAFE, ...set }).policy
  assert.deepEqual(
    [other.sessionIdleMs, other.sessionMaxMs, other.secondFactor, other.breakGlassReviewMs],
    [300_000, 28_800_000, 'always', 259_200_000],
  )
  assert.deepEqual(faults({ ANSWERBACK_SESSION_IDLE_MINUTES: '61' }), ['ANSWERBACK_SESSION_IDLE_MINUTES'])
})

test('production does without second factors for nobody', () => {
  assert.deepEqual(faults({ ANSWERBACK_SECOND_FACTOR: 'never' }), ['ANSWERBACK_SECOND_FACTOR'])
  assert.deepEqual(faults({ ANSWERBACK_SECOND_FACTOR: 'never' }, 'development'), [])
})

test('an identity provider is named whole, and over https', () => {
  assert.equal(readConfig('production', {}, { ...SAFE, ...OIDC }).oidc?.name, 'Single sign-on')
  assert.equal(readConfig('production', {}, SAFE).oidc, undefined)
  for (const name of Object.keys(OIDC)) assert.deepEqual(faults({ ...OIDC, [name]: '' }), [name])
  for (const issuer of [
    'http://login.clinic.example',
    'https://u:p@x.example',
    'https://x.example?a',
    'nonsense',
  ])
    assert.deepEqual(faults({ ...OIDC, ANSWERBACK_OIDC_ISSUER: issuer }), ['ANSWERBACK_OIDC_ISSUER'])
  const here = { ...OIDC, ANSWERBACK_OIDC_ISSUER: 'http://127.0.0.1:9000' }
  assert.deepEqual(faults(here, 'development'), [])
  assert.deepEqual(faults(here), ['ANSWERBACK_OIDC_ISSUER'])
})
