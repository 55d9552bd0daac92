import Type from 'typebox'
import { HOLD_KINDS } from '../../../domain/retention/legal-hold.ts'
import { AUDIT_FLOOR_DAYS, RETENTION_DAYS_MAX } from '../../../domain/retention/retention.ts'
import { Closed, Cursor, Limit, ListOf, Nullable, Time } from './common.ts'

function days(what: string) {
  return Type.Optional(
    Nullable(
      Type.Integer({ minimum: 1, maximum: RETENTION_DAYS_MAX }),
      `Days from the end of a fax after which ${what} destroyed; null: never.`,
    ),
  )
}

const receivedContentDays = days('pages of received faxes are')
const textDays = days('the words that were read on received pages, by which search finds them, are')
const metadataDays = days(
  'numbers, notes, links, details and whatever content is left are; ids, statuses, counts and times stay',
)

const account = Closed({
  sentContentDays: days('documents, pages and cover sheets of sent faxes are'),
  receivedContentDays,
  textDays,
  metadataDays,
})

const departments = Type.Array(
  Closed({
    department: Type.String({
      minLength: 1,
      maxLength: 80,
      description: 'As its mailboxes have it. Not encrypted.',
    }),
    receivedContentDays,
    textDays,
    metadataDays,
  }),
  {
    maxItems: 100,
    description: 'Of faxes that lie in mailboxes of a department. What is absent is as the account has it.',
  },
)

export const RetentionBody = Closed(
  { account, departments: Type.Optional(departments) },
  { examples: [{ account: { sentContentDays: 90, receivedContentDays: 365, textDays: 90 } }] },
)

export const Retention = Closed({
  account,
  departments,
  audit: Closed({
    keptDays: Type.Null({ description: 'For ever: entries, holds and certificates are never deleted.' }),
    floorDays: Type.Literal(AUDIT_FLOOR_DAYS, {
      description: 'Six years, 45 CFR 164.316(b)(2)(i): what their retention could never go below.',
    }),
  }),
})

const Target = Nullable(
  Type.String({ minLength: 1, maxLength: 200 }),
  'Id of the fax, mailbox or patient, or the number, E.164; null for the account.',
)
const Reason = Type.String({ minLength: 1, maxLength: 2000, description: 'Stored encrypted.' })
const Kind = Type.Enum([...HOLD_KINDS], {
  description:
    'account: everything. mailbox: what lies in it, also what is moved elsewhere meanwhile. fax: one, sent or received. number: all from or to ' +
    'it. patient: faxes, sent or received, that are or were linked to this id.',
})

export const CreateHoldBody = Closed(
  { kind: Kind, target: Type.Optional(Target), reason: Reason },
  { examples: [{ kind: 'fax', target: 'inb_01k0000000000000000000000', reason: 'Matter 2026-14' }] },
)

export const Hold = Closed({
  id: Type.String(),
  kind: Kind,
  target: Target,
  reason: Reason,
  createdAt: Time,
  createdBy: Type.String(),
  releasedAt: Nullable(Time),
  releasedBy: Nullable(Type.String()),
})

export const HoldList = ListOf(Hold)
export const PageQuery = Closed({ limit: Limit, cursor: Cursor })

export const ShredBody = Closed(
  {
    faxIds: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        minItems: 1,
        maxItems: 100,
        uniqueItems: true,
        description: 'Sent or received.',
      }),
    ),
    patientId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'As faxes are linked to it, sent or received.',
      }),
    ),
  },
  { examples: [{ patientId: 'zebra-1' }] },
)

export const CloseAccountBody = Closed(
  { confirm: Type.String({ maxLength: 64, description: "The account's id, as GET /v2/account has it." }) },
  { examples: [{ confirm: 'acc_01k0000000000000000000000' }] },
)

export const Certificate = Closed({
  id: Type.String(),
  reason: Type.Enum(['request', 'patient', 'retention']),
  madeAt: Time,
  faxCount: Type.Integer(),
  sentCount: Nullable(
    Type.Integer(),
    'Of these, sent; null: a certificate of an older version about a closed account.',
  ),
  receivedCount: Nullable(Type.Integer(), 'Of these, received.'),
  documentCount: Type.Integer({ description: 'Documents whose keys and files are gone.' }),
  note: Type.String({
    description:
      'The signed statement: one line of JSON, a blank line, and the signature (C2SP signed note, Ed25519) by the key of the audit log. It ' +
      'names faxes and documents by id, each destroyed key by the SHA-256 of its wrapped form, and documents that stay with the faxes that ' +
      'still use them.',
  }),
})

export const CertificateWithKey = Closed({
  ...Certificate.properties,
  verifierKey: Type.String({ description: 'Public key of the audit log, as C2SP signed notes have it.' }),
})

export const CertificateList = ListOf(Certificate)
export const Shredded = Closed({
  data: Type.Array(CertificateWithKey, { description: 'Empty: nothing was left to destroy.' }),
  nextCursor: Type.Null(),
})
