import Type from 'typebox'
import { AUDIT_LOOKS, STANDARDS } from '../../../application/compliance/facts.ts'
import { Closed, Nullable, Time } from './common.ts'

export const ComplianceQuery = Closed({
  standard: Type.Optional(
    Type.Enum([...STANDARDS], { description: 'By whose measure; absent: by the profile that runs.' }),
  ),
  audit: Type.Optional(
    Type.Enum([...AUDIT_LOOKS], {
      description:
        'How far back the audit log is hashed for this look. `whole`: from the first leaf, which may take most of a minute; what takes longer goes ' +
        'on, and asking again finds it further. Absent: the newest leaves; those before them were hashed in the background.',
    }),
  ),
})

export const ComplianceReport = Closed({
  at: Time,
  standard: Type.Enum([...STANDARDS]),
  version: Type.String(),
  ok: Type.Boolean({ description: 'No check fails.' }),
  counts: Closed({ pass: Type.Integer(), fail: Type.Integer(), notApplicable: Type.Integer() }),
  checks: Type.Array(
    Closed({
      id: Type.String({ description: 'Stable.' }),
      title: Type.String(),
      citations: Type.Array(Type.String()),
      outcome: Type.Enum(['pass', 'fail', 'not_applicable']),
      observed: Type.String({ description: 'What was seen just now.' }),
      fix: Nullable(Type.String()),
    }),
  ),
})

export const SafeguardList = Closed({
  data: Type.Array(
    Closed({
      clause: Type.String(),
      title: Type.String(),
      kind: Type.Enum(['standard', 'required', 'addressable', 'proposed']),
      owner: Type.Enum(['software', 'operator', 'shared']),
      feature: Nullable(Type.String()),
      checks: Type.Array(Type.String()),
      docs: Type.Array(Type.String()),
    }),
  ),
  nextCursor: Type.Null(),
})
