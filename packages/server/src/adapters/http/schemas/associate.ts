import Type from 'typebox'
import {
  ASSOCIATE_KINDS,
  ASSOCIATE_SYSTEMS,
  CLAUSE_ANSWERS,
  CLAUSE_NAMES,
  CLAUSES,
  type ClauseName,
} from '../../../domain/associates/associate.ts'
import { Closed, Nullable, Time } from './common.ts'

const LINE_OF_TEXT = '^[^\\x00-\\x1f\\x7f]+$'
/** Lines and tabs are text; other control characters are not. */
const TEXT = '^[^\\x00-\\x08\\x0b-\\x1f\\x7f]*$'
const HOST = '^[A-Za-z0-9.:-]+$'

const Day = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}$',
  maxLength: 10,
  description: 'A whole day of UTC, such as 2026-01-31.',
  examples: ['2026-01-31'],
})
const ids = (prefix: string, description: string) =>
  Type.Array(
    Type.String({
      maxLength: 64,
      pattern: `^${prefix}_[0-9A-Za-z]+$`,
      examples: [`${prefix}_01m8bv37qkwepnqhtg1t686vzc`],
    }),
    {
      maxItems: 100,
      description,
    },
  )

const Ties = Closed({
  trunkIds: ids('trk', 'SIP trunks of this carrier.'),
  providerIds: ids('prv', 'Fax providers.'),
  webhookHosts: Type.Array(
    Type.String({ minLength: 1, maxLength: 253, pattern: HOST, examples: ['hooks.example'] }),
    {
      maxItems: 100,
      description: 'Hosts that webhooks are posted to: exactly these, not their subdomains.',
    },
  ),
  systems: Type.Array(Type.Enum([...ASSOCIATE_SYSTEMS]), {
    maxItems: 3,
    description: 'Parts of the installation they run: the mail server, key management, document storage.',
  }),
})

const Clause = Closed({
  answer: Type.Enum([...CLAUSE_ANSWERS], { description: 'Whether the contract says it.' }),
  note: Nullable(Type.String({ maxLength: 1000, pattern: TEXT }), 'Stored encrypted.'),
})

const describeClause = (name: ClauseName) => ({
  ...Clause,
  description: `${CLAUSES[name].citation}: ${CLAUSES[name].title}.`,
})

const Clauses = Closed(
  Object.fromEntries(CLAUSE_NAMES.map((name) => [name, Type.Optional(describeClause(name))])),
  { description: 'What the contract says, clause by clause. With a "no" among them it counts for nothing.' },
)

const agreementFields = {
  signedOn: Day,
  effectiveOn: Day,
  expiresOn: Nullable(Day, 'The last day it holds; null: until it is ended.'),
  scope: Type.String({
    minLength: 1,
    maxLength: 2000,
    pattern: TEXT,
    description: 'What it covers. Stored encrypted.',
  }),
  clauses: Clauses,
  documentId: Nullable(
    Type.String({ maxLength: 64 }),
    'The contract itself: an upload (POST /v2/uploads), kept from then on.',
  ),
}

const Agreement = Closed({
  id: Type.String(),
  ...agreementFields,
  isCurrent: Type.Boolean({ description: 'Whether it holds today.' }),
  openClauses: Type.Array(Type.Enum([...CLAUSE_NAMES]), {
    description: 'Clauses nobody has answered for, or that the contract lacks.',
  }),
  createdAt: Time,
  createdBy: Type.String(),
})

const exceptionFields = {
  reason: Type.String({
    minLength: 1,
    maxLength: 1000,
    pattern: TEXT,
    description: 'Why no agreement is needed, such as a conduit. Stored encrypted.',
  }),
  until: Day,
}

const fields = {
  name: Type.String({ minLength: 1, maxLength: 120, pattern: LINE_OF_TEXT }),
  kind: Type.Enum([...ASSOCIATE_KINDS]),
  contact: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: LINE_OF_TEXT,
    description: 'Who answers for the agreement on your side: id or mail address, told before it ends.',
  }),
}

export const Associate = Closed({
  id: Type.String(),
  ...fields,
  ties: Ties,
  agreements: Type.Array(Agreement, { description: 'Oldest first. None is ever changed or deleted.' }),
  exception: Nullable(Closed({ ...exceptionFields, at: Time, by: Type.String() })),
  cover: Nullable(Type.Enum(['agreement', 'exception']), 'What lets PHI go there today; null: nothing does.'),
  coveredUntil: Nullable(Day, 'The last day without a gap; null: no end is known, or there is no cover.'),
  createdAt: Time,
  updatedAt: Time,
  endedAt: Nullable(Time),
  endedBy: Nullable(Type.String()),
})

export const AssociateList = Closed({ data: Type.Array(Associate), nextCursor: Type.Null() })

const someTies = Closed(Type.Partial(Ties).properties, {
  description: 'The ways out this associate stands behind. Replaced as a whole.',
})
const Exception = Nullable(Closed(exceptionFields), 'null takes it away.')

export const CreateAssociateBody = Closed(
  { ...fields, ties: Type.Optional(someTies), exception: Type.Optional(Exception) },
  { examples: [{ name: 'Example Telecom', kind: 'carrier', contact: 'privacy@clinic.example' }] },
)

export const UpdateAssociateBody = Closed(
  Type.Partial(Closed({ ...fields, ties: someTies, exception: Exception })).properties,
)

const { expiresOn, clauses, documentId, ...required } = agreementFields

export const AddAgreementBody = Closed({
  ...required,
  ...Type.Partial(Closed({ expiresOn, clauses, documentId })).properties,
})

export const AgreementParams = Closed({
  id: Type.String({ maxLength: 64, description: 'Id of the associate, asc_…' }),
  agreementId: Type.String({ maxLength: 64, description: 'Id of the agreement, agr_…' }),
})
