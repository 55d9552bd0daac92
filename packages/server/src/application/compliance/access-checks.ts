import { type Check, DAY_MS, fail, inProduction, noneOf, notApplicable, pass } from './check.ts'

const UNUSED_DAYS = 90

/** 164.312(a), (d) and 164.308(a)(3)–(4): who gets in. */
export const ACCESS_CHECKS: readonly Check[] = [
  {
    id: 'people.second_factor',
    title: 'Everybody who may see live faxes has a second factor',
    citations: ['164.312(d)', '90 FR 898 (proposed)'],
    // In development the server itself keeps whoever has none from live faxes.
    judge: inProduction(({ people, installation }) => {
      if (people.length === 0) return notApplicable('Nobody signs in to this account.')
      if (installation.federatedSecondFactor) return pass('The identity provider asks for it.')
      return noneOf(
        people.filter(({ hasSecondFactor }) => !hasSecondFactor).map(({ id }) => id),
        `All ${people.length} have one.`,
        'Without',
        'Have them add a passkey or a one-time code, or disable them.',
      )
    }),
  },
  {
    id: 'people.break_glass',
    title: 'Emergency access is reviewed within three days',
    citations: ['164.312(a)(2)(ii)', '164.308(a)(1)(ii)(D)'],
    judge: ({ overdue: { unreviewedBreakGlass } }) =>
      unreviewedBreakGlass === 0
        ? pass('No review is overdue.')
        : fail(`${unreviewedBreakGlass} uses wait for a review.`, 'Review them: GET /v2/break-glass.'),
  },
  {
    id: 'api_keys.expiry',
    title: 'Every live key has an end',
    citations: ['164.308(a)(4)(ii)(C)'],
    judge: inProduction(({ apiKeys }) =>
      apiKeys.length === 0
        ? notApplicable('There is no live key.')
        : noneOf(
            apiKeys.filter(({ expiresAt }) => expiresAt === null).map(({ id }) => id),
            `All ${apiKeys.length} have one.`,
            'Without',
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
