import Type from 'typebox'
import { Closed, Nullable } from './common.ts'

const Measure = (description: string) =>
  Closed(
    {
      used: Type.Number(),
      quota: Nullable(
        Type.Integer({ description: 'The tighter of the operator’s and the account’s; null: none.' }),
      ),
    },
    { description },
  )

export const Usage = Closed({
  livemode: Type.Boolean({
    description: 'Test and live use are counted apart, each against the whole quota.',
  }),
  faxesPerDay: Measure('Faxes accepted in the last 24 hours.'),
  pagesPerDay: Measure('Their pages, as far as they are rendered.'),
  newNumbersPerHour: Measure('Numbers of the last hour that no fax went to before.'),
  uploadMegabytesPerDay: Measure('Documents taken in the last 24 hours, in units of 1,048,576 bytes.'),
})
