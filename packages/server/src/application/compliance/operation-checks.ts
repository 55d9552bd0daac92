import { type Check, fail, inProduction, pass } from './check.ts'

/** Certificates, one-time codes and signatures of webhooks bear less than this. */
const SKEW_MAX_MS = 5_000

/** 164.308(a)(1)(ii)(D): what waits for a person, and whether the machine is in order. */
export const OPERATION_CHECKS: readonly Check[] = [
  {
    id: 'faxes.held',
    title: 'No fax waits for a person longer than a day',
    citations: ['164.308(a)(1)(ii)(D)'],
    judge: ({ overdue: { held } }) =>
      held === 0
        ? pass('None does.')
        : fail(`${held} do.`, 'Release or cancel them: GET /v2/faxes?held=true.'),
  },
  {
    id: 'faxes.outcome_unknown',
    title: 'Somebody has looked into every fax that may or may not have arrived',
    citations: ['164.308(a)(1)(ii)(D)', '164.308(a)(6)(ii)'],
    judge: ({ overdue: { unknownOutcome } }) =>
      unknownOutcome === 0
        ? pass('None of the last month is left.')
        : fail(
            `${unknownOutcome} are older than a day and were not sent again.`,
            'Call the recipient; send again with "allowDuplicate" where it did not arrive: GET /v2/faxes?status=outcome_unknown.',
          ),
  },
  {
    id: 'reconciliation.contradictions',
    title: 'No contradiction between our records and a provider’s is open',
    citations: ['164.308(a)(1)(ii)(D)', '164.312(c)(1)'],
    judge: ({ overdue: { openContradictions } }) =>
      openContradictions === 0
        ? pass('None is.')
        : fail(`${openContradictions} are.`, 'Look into them: GET /v2/contradictions.'),
  },
  {
    id: 'system.clock',
    title: 'The clocks of this machine and of the database agree',
    citations: ['164.312(b)'],
    judge: ({ now, databaseTime }) => {
      const skew = Math.abs(now.getTime() - databaseTime.getTime())
      const told = `They are ${(skew / 1000).toFixed(1)} s apart.`
      return skew <= SKEW_MAX_MS ? pass(told) : fail(told, 'Run an NTP client on both machines.')
    },
  },
  {
    id: 'system.log_level',
    title: 'The log is neither talkative nor silent',
    citations: ['164.312(b)'],
    judge: inProduction(({ installation: { logLevel } }) =>
      logLevel === 'info'
        ? pass('Level info.')
        : fail(`Level ${logLevel}.`, 'Run the production profile, which logs at level info.'),
    ),
  },
]
