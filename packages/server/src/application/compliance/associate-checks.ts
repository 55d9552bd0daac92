import { type Check, fail, inProduction, noneOf, notApplicable, pass } from './check.ts'
import type { CoveredParty } from './facts.ts'

const RECORD =
  'Record the agreement, or its renewal: POST /v2/associates, then POST /v2/associates/{id}/agreements.'
const NO_ASSOCIATE = notApplicable('No associate is recorded.')
/** Renewing a contract takes weeks. */
const ENDING_DAYS = 30

function uncovered(parties: readonly CoveredParty[]): string[] {
  return parties.filter(({ cover }) => cover === undefined).map(({ id }) => id)
}

/** 164.308(b), 164.314(a), 164.504(e): who else sees PHI. */
export const ASSOCIATE_CHECKS: readonly Check[] = [
  {
    id: 'associates.gate',
    title: 'Nothing goes to a party without an agreement',
    citations: ['164.308(b)(1)', '164.502(e)(1)'],
    judge: inProduction(({ gate }) =>
      gate === 'enforce'
        ? pass('The gate is enforced.')
        : fail(`The gate is set to "${gate}".`, 'Set ANSWERBACK_BAA_GATE=enforce, or leave it out.'),
    ),
  },
  {
    id: 'associates.trunks',
    title: 'Every carrier is covered by an agreement or an exception',
    citations: ['164.308(b)(1)', '164.504(e)'],
    judge: ({ trunks }) =>
      trunks.length === 0
        ? notApplicable('No trunk is enabled.')
        : noneOf(uncovered(trunks), `All ${trunks.length} trunks are.`, 'Without', RECORD),
  },
  {
    id: 'associates.providers',
    title: 'Every fax provider is covered by an agreement or an exception',
    citations: ['164.308(b)(1)', '164.504(e)'],
    judge: ({ providers }) =>
      providers.length === 0
        ? notApplicable('No provider is enabled.')
        : noneOf(uncovered(providers), `All ${providers.length} providers are.`, 'Without', RECORD),
  },
  {
    id: 'associates.webhooks',
    title: 'Every receiver of numbers or pages is covered by an agreement or an exception',
    citations: ['164.308(b)(1)', '164.504(e)'],
    judge: ({ webhooks }) => {
      const telling = webhooks.filter(({ enabled, carriesPhi, opens }) => enabled && carriesPhi && opens)
      if (telling.length === 0) return notApplicable('No webhook carries numbers or pages.')
      return noneOf(uncovered(telling), `All ${telling.length} are.`, 'Without', RECORD)
    },
  },
  {
    id: 'associates.systems',
    title: 'Whoever runs a system of this installation is covered',
    citations: ['164.308(b)(1)', '164.504(e)'],
    judge: ({ systems }) =>
      systems.length === 0
        ? notApplicable('No system of somebody else is used.')
        : noneOf(uncovered(systems), 'All are.', 'Without', `${RECORD} Tie it to the system.`),
  },
  {
    id: 'associates.ending',
    title: 'No agreement ends unnoticed',
    citations: ['164.308(b)(3)'],
    judge: ({ associates }) => {
      if (associates.length === 0) return NO_ASSOCIATE
      return noneOf(
        // One that has ended and left something uncovered is told where it is missing.
        associates.flatMap(({ id, warning, leavesUncovered }) =>
          warning && warning.daysLeft <= ENDING_DAYS && !leavesUncovered ? [`${id} (${warning.until})`] : [],
        ),
        `None ends within ${ENDING_DAYS} days.`,
        `Ended, or ending within ${ENDING_DAYS} days`,
        'Add the renewed agreement, or end the relation: POST /v2/associates/{id}/end.',
      )
    },
  },
  {
    id: 'associates.contracts',
    title: 'Every agreement is kept here and was gone through clause by clause',
    citations: ['164.504(e)(2)', '164.316(b)(1)'],
    judge: ({ associates }) => {
      if (associates.length === 0) return NO_ASSOCIATE
      return noneOf(
        associates
          .filter(({ openClauses, withoutDocument }) => openClauses > 0 || withoutDocument)
          .map(({ id }) => id),
        'All were.',
        'Without the document, or with open clauses',
        'Add the agreement anew, with its document and an answer for every clause (docs/compliance/templates/baa-checklist.md): what is added last counts.',
      )
    },
  },
]
