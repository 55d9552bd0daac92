import Type from 'typebox'
import { INCIDENT_OUTCOMES } from '../../../domain/recipients/incident.ts'
import { Closed, Cursor, Limit, ListOf, Nullable, Time } from './common.ts'

const Risk = Type.Enum(['low', 'medium', 'high'])
const Factor = Closed({ risk: Risk, finding: Type.String({ minLength: 1, maxLength: 4000 }) })
const SeenFactor = Nullable(
  Closed({
    risk: Risk,
    finding: Nullable(Type.String(), 'null unless the key has the scope faxes:content.'),
  }),
)
const Outcome = Type.Enum([...INCIDENT_OUTCOMES], {
  description: 'Without an assessment that shows a low probability, it is a breach (45 CFR 164.402(2)).',
})
const FACTORS = {
  nature: 'What was on the pages, and how well it tells who it is about (164.402(2)(i)).',
  recipient: 'Who got them (164.402(2)(ii)).',
  acquired: 'Whether they were read or kept (164.402(2)(iii)).',
  mitigated: 'What was done about it, such as a promise to destroy them (164.402(2)(iv)).',
}

export const Incident = Closed({
  id: Type.String(),
  faxId: Type.String(),
  recipientId: Type.String({ description: 'The number, which is suspended.' }),
  number: Type.String({ description: 'Masked unless the key has the scope faxes:content.' }),
  note: Nullable(Type.String(), 'null unless the key has the scope faxes:content.'),
  status: Type.Enum(['open', 'closed']),
  outcome: Nullable(Outcome),
  worksheet: Closed({
    nature: SeenFactor,
    recipient: SeenFactor,
    acquired: SeenFactor,
    mitigated: SeenFactor,
  }),
  reportedBy: Type.String(),
  discoveredAt: Time,
  notifyBy: Type.String({
    format: 'date-time',
    description: '60 days after discovery: the last day to tell people (45 CFR 164.404(b)).',
  }),
  daysLeft: Type.Integer({ description: 'Whole days until then; negative when it is past.' }),
  closedBy: Nullable(Type.String()),
  closedAt: Nullable(Time),
  createdAt: Time,
})

export const IncidentList = ListOf(Incident)
export const ListIncidentsQuery = Closed({ limit: Limit, cursor: Cursor })

export const OpenIncidentBody = Closed({
  faxId: Type.String({ minLength: 1, maxLength: 64 }),
  note: Type.String({ minLength: 1, maxLength: 4000, description: 'What happened. Kept encrypted.' }),
  discoveredAt: Type.Optional(
    Type.String({ format: 'date-time', description: 'When somebody first knew. Absent: now.' }),
  ),
})

export const UpdateIncidentBody = Closed({
  worksheet: Type.Optional(
    Closed({
      nature: Type.Optional({ ...Factor, description: FACTORS.nature }),
      recipient: Type.Optional({ ...Factor, description: FACTORS.recipient }),
      acquired: Type.Optional({ ...Factor, description: FACTORS.acquired }),
      mitigated: Type.Optional({ ...Factor, description: FACTORS.mitigated }),
    }),
  ),
  outcome: Type.Optional(Outcome),
})

export const ExportQuery = Closed({
  format: Type.Optional(Type.Enum(['json', 'csv'], { default: 'json' })),
})

export const IncidentExport = Closed({
  incident: Incident,
  sends: Type.Array(
    Closed({
      faxId: Type.String(),
      jobId: Type.Integer(),
      status: Type.String(),
      disposition: Nullable(Type.String()),
      createdAt: Time,
      endedAt: Nullable(Time),
      pageCount: Nullable(Type.Integer()),
      pagesConfirmed: Type.Integer(),
    }),
    { description: 'Every fax to the number, the oldest first; what retention destroyed is not among them.' },
  ),
})
