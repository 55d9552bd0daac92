import Type from 'typebox'
import { Closed, Nullable, Time } from './common.ts'

export const KeyringView = Closed({
  master: Closed({
    current: Type.String({ description: 'The master key that wraps now, such as k2.' }),
    secretsLeft: Type.Integer({
      description: 'Secrets of the installation and its people that an older master key wraps.',
    }),
    accountsLeft: Type.Integer({
      description:
        'Accounts of this installation whose key an older master key wraps. 0: the older one is needed for nothing but old back-ups.',
    }),
  }),
  account: Closed({
    wrappedBy: Type.String({ description: "The master key that wraps this account's key." }),
    current: Type.Integer({ description: "The version of the account's key that wraps document keys." }),
    newest: Type.Integer(),
    count: Type.Integer({ description: 'Versions that can still be used.' }),
    phase: Type.Enum(['idle', 'settling', 'wrapping'], {
      description:
        'settling: the newest version is made known to every process and wraps nothing yet. wrapping: documents are wrapped by it, and the older ' +
        'versions then forgotten.',
    }),
    settledAt: Nullable(Time, 'The phase ends then at the earliest.'),
    documentsLeft: Type.Integer({ description: 'Documents whose key another version than "current" wraps.' }),
  }),
})
