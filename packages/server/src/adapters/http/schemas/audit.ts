import Type from 'typebox'
import { Closed, Limit, ListOf, Nullable, Time } from './common.ts'

const Hash = Type.String({ description: '32 bytes, base64.' })

export const AuditEntry = Closed({
  position: Type.String(),
  at: Time,
  actor: Closed({
    kind: Type.Enum(['key', 'user', 'system']),
    id: Type.String(),
    requestId: Nullable(Type.String()),
  }),
  action: Type.String({ description: 'A dotted verb, such as fax.accepted or webhook.created.' }),
  subjectId: Nullable(Type.String()),
  detail: Type.Record(Type.String(), Type.Unknown()),
})

export const AuditList = ListOf(AuditEntry)

export const AuditQuery = Closed({
  subjectId: Type.Optional(
    // Whoever reads the audit is in it, with what they asked for: nothing but an id may come in that way.
    Type.String({
      pattern: '^[a-z]{1,16}_[0-9a-z]{26}$',
      description: 'Only entries about this fax, key, …',
      examples: ['fax_01m8bv37qkwepnqhtg1t686vzc'],
    }),
  ),
  cursor: Type.Optional(
    Type.String({ pattern: '^\\d{1,15}$', description: 'nextCursor or the "position" of an entry.' }),
  ),
  limit: Limit,
})

export const AuditCheckpoint = Closed({
  size: Type.Integer({ description: 'Leaves the log had.' }),
  root: Hash,
  at: Time,
  note: Type.String({ description: 'The signed note (C2SP tlog-checkpoint). Keep it elsewhere.' }),
  verifierKey: Type.String({ description: 'The key it is checked with: name+hash+key.' }),
})

export const AuditProofQuery = Closed({
  entry: Type.Integer({ minimum: 1, maximum: 2 ** 53 - 1, description: 'The "position" of an entry.' }),
})

/** An entry with all that its leaf is made of. */
const LoggedEntry = Closed({
  position: Type.Integer(),
  account: Type.String(),
  mode: Type.Enum(['test', 'live']),
  at: Type.String({ description: 'RFC 3339, UTC, six decimals.' }),
  actor: Closed({ kind: Type.String(), id: Type.String(), requestId: Nullable(Type.String()) }),
  action: Type.String(),
  subject: Nullable(Type.String()),
  detail: Type.Record(Type.String(), Type.Unknown()),
  salt: Type.String(),
  parties: Nullable(Type.String(), 'Sender and recipient as ciphertext, base64.'),
})

export const AuditProof = Closed({
  index: Type.Integer({ description: 'Of the leaf, from 0.' }),
  leafHash: Hash,
  path: Type.Array(Hash, { description: 'Audit path of RFC 6962 §2.1.1, lowest first.' }),
  previous: Nullable(Type.Integer(), 'Index of the leaf before it of the same account and mode.'),
  entry: LoggedEntry,
  checkpoint: AuditCheckpoint,
})

export const FhirAuditQuery = Closed({
  after: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 2 ** 53 - 1, description: 'The "id" of the last AuditEvent seen.' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
})

export const AuditEventBundle = Closed({
  resourceType: Type.String({ description: 'Bundle' }),
  type: Type.String({ description: 'collection' }),
  entry: Type.Array(Closed({ fullUrl: Type.String(), resource: Type.Record(Type.String(), Type.Unknown()) })),
})
