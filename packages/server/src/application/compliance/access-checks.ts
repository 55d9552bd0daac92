import { type Check, DAY_MS, fail, inProduction, noneOf, notApplicable, pass } from './check.ts'
import type { PersonFacts } from './facts.ts'

const UNUSED_DAYS = 90
/** A year, and time to change it: whoever has left by then took no key along that still works. */
const END_DAYS = 400

function isEndless(expiresAt: Date | null, now: Date): boolean {
  return expiresAt === null || expiresAt.getTime() - now.getTime() > END_DAYS * DAY_MS
}

/** 164.312(a), (d) and 164.308(a)(3)–(4): who gets in. */
export const ACCESS_CHECKS: readonly Check[] = [
  {
    id: 'people.second_factor',
    title: 'Everybody who may see live faxes has a second factor',
    citations: ['164.312(d)', '90 FR 898 (proposed)'],
    // In development the server itself keeps whoever has none from live faxes.
    judge: inProduction(({ people, installation }) => {
      if (people.length === 0) return notApplicable('Nobody signs in to this account.')
      // Whoever has a password too could come in without the provider.
      const isAsked = ({ isFederated }: PersonFacts) => isFederated && installation.federatedSecondFactor
      return noneOf(
        people.filter((person) => !person.hasSecondFactor && !isAsked(person)).map(({ id }) => id),
        `All ${people.length} have one, here or with the identity provider.`,
        'Without',
        'Have them add a passkey or a one-time code, or disable them.',
      )
    }),
  },
  {
    id: 'people.owner',
    title: 'Somebody owns the account, and hears of what goes wrong',
    citations: ['164.308(a)(2)'],
    judge: inProduction(({ people }) => {
      const owners = people.filter(({ isOwner }) => isOwner).length
      return owners > 0
        ? pass(`${owners === 1 ? 'One person does' : `${owners} people do`}.`)
        : fail(
            'No owner can sign in, so nobody is told of emergency access or of agreements that end.',
            'Invite one: answerback setup --account ID --owner EMAIL.',
          )
    }),
  },
  {
    id: 'people.used',
    title: 'Nobody who no longer comes has access',
    citations: ['164.308(a)(3)(ii)(C)'],
    judge: ({ people, now }) =>
      people.length === 0
        ? notApplicable('Nobody signs in to this account.')
        : noneOf(
            people
              .filter(({ seenAt }) => now.getTime() - seenAt.getTime() > UNUSED_DAYS * DAY_MS)
              .map(({ id }) => id),
            `Each of the ${people.length} was here or made within ${UNUSED_DAYS} days.`,
            `Not here for ${UNUSED_DAYS} days`,
            'Disable whoever has left: DELETE /v2/users/{id}.',
          ),
  },
  {
    id: 'people.break_glass',
    title: 'Emergency access is reviewed in time',
    citations: ['164.312(a)(2)(ii)', '164.308(a)(1)(ii)(D)'],
    judge: ({ overdue: { unreviewedBreakGlass } }) =>
      noneOf(
        unreviewedBreakGlass,
        'No review is overdue.',
        'Overdue for a review',
        'Have an owner, administrator or auditor who did not use it review each: POST /v2/break-glass/{id}/review.',
      ),
  },
  {
    id: 'api_keys.expiry',
    title: 'Every live key has an end',
    citations: ['164.308(a)(4)(ii)(C)'],
    judge: inProduction(({ apiKeys, now }) =>
      apiKeys.length === 0
        ? notApplicable('There is no live key.')
        : noneOf(
            apiKeys.filter(({ expiresAt }) => isEndless(expiresAt, now)).map(({ id }) => id),
            `All ${apiKeys.length} have one, within ${END_DAYS} days.`,
            `Without one, or with one further away than ${END_DAYS} days`,
            'Set "expiresAt" with PATCH /v2/api-keys/{id}, and rotate the key before.',
          ),
    ),
  },
  {
    id: 'api_keys.used',
    title: 'No live key lies unused',
    citations: ['164.308(a)(3)(ii)(C)'],
    judge: ({ apiKeys, now }) =>
      apiKeys.length === 0
        ? notApplicable('There is no live key.')
        : noneOf(
            apiKeys
              .filter(
                ({ lastUsedAt, createdAt }) =>
                  now.getTime() - (lastUsedAt ?? createdAt).getTime() > UNUSED_DAYS * DAY_MS,
              )
              .map(({ id }) => id),
            `Each of the ${apiKeys.length} was used or made within ${UNUSED_DAYS} days.`,
            `Unused for ${UNUSED_DAYS} days`,
            'Revoke them: DELETE /v2/api-keys/{id}.',
          ),
  },
]
