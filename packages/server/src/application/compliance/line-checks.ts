import { type Check, fail, noneOf, notApplicable } from './check.ts'

const WAYS = { fails: 'it does not answer', unheard: 'nothing was heard of it yet' } as const

/** What leaves by telephone and by webhook. */
export const LINE_CHECKS: readonly Check[] = [
  {
    id: 'trunks.acknowledged',
    title: 'Somebody has said what protects the media of every trunk',
    citations: ['164.312(e)(2)(ii)'],
    judge: ({ trunks }) =>
      trunks.length === 0
        ? notApplicable('No trunk is enabled.')
        : noneOf(
            trunks.filter(({ acknowledged }) => !acknowledged).map(({ id }) => id),
            `All ${trunks.length} trunks are acknowledged.`,
            'Not acknowledged',
            'Run "answerback trunk acknowledge ID --media-protection …" (docs/guides/connect-a-trunk.md).',
          ),
  },
  {
    id: 'trunks.working',
    title: 'The way to every carrier works',
    citations: ['164.308(a)(1)(ii)(D)'],
    judge: ({ trunks, installation: { sipLine } }) => {
      // Nothing is sent on the others, which have lines of their own.
      const used = trunks.filter(({ acknowledged, cover }) => acknowledged && cover !== undefined)
      if (used.length === 0) return notApplicable('No trunk is in use.')
      if (!sipLine) return fail('There are trunks, and no SIP line.', 'Set ANSWERBACK_SIP_LISTEN.')
      return noneOf(
        used.flatMap(({ id, way }) => (way === 'works' ? [] : [`${id} (${WAYS[way]})`])),
        `Each of the ${used.length} is registered, answers, or took a call.`,
        'Not working',
        'See why: POST /v2/trunks/{id}/test, or "answerback trunk test ID".',
      )
    },
  },
  {
    id: 'webhooks.https',
    title: 'Webhooks are posted over https',
    citations: ['164.312(e)(1)'],
    judge: ({ webhooks }) => {
      const enabled = webhooks.filter((webhook) => webhook.enabled && webhook.opens)
      if (enabled.length === 0) return notApplicable('There is no address to look at.')
      return noneOf(
        enabled.filter(({ isHttps, cover }) => !isHttps && cover !== 'same_machine').map(({ id }) => id),
        `All ${enabled.length} are.`,
        'In the clear',
        'Give them an https address: PATCH /v2/webhooks/{id}.',
      )
    },
  },
  {
    id: 'webhooks.signed',
    title: 'Webhooks are signed, so that a receiver can tell ours from others',
    citations: ['164.312(c)(2)', '164.312(d)'],
    judge: ({ webhooks, keys }) => {
      const enabled = webhooks.filter((webhook) => webhook.enabled)
      if (enabled.length === 0) return notApplicable('No webhook is enabled.')
      if (!keys.opens) return notApplicable('No secret opens while the keys do not: see keys.opens.')
      return noneOf(
        enabled.filter(({ signs, opens }) => !signs || !opens).map(({ id }) => id),
        `All ${enabled.length} are.`,
        'Their secret or address does not open',
        'Rotate the secret: POST /v2/webhooks/{id}/rotate-secret, or make the webhook anew; find out who changed the row.',
      )
    },
  },
  {
    id: 'webhooks.alive',
    title: 'No receiver has stopped listening',
    citations: ['164.308(a)(1)(ii)(D)'],
    judge: ({ webhooks, overdue }) =>
      webhooks.length === 0
        ? notApplicable('There is no webhook.')
        : noneOf(
            webhooks
              .filter(
                ({ id, enabled, disabledByUser }) =>
                  (!enabled && !disabledByUser) || overdue.failingWebhooks.includes(id),
              )
              .map(({ id }) => id),
            'Every one that is wanted gets its posts.',
            'Switched off by their receiver, or failing for a day',
            'Mend the receiver, enable the webhook and replay what it missed; or delete it.',
          ),
  },
]
