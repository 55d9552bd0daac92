import Type from 'typebox'
import { HOLD_REASONS } from '../../../domain/recipients/misdirection.ts'
import { Closed, Time } from './common.ts'
import { Patient, PurposeCode } from './papers.ts'

// An empty selection is a mistake of whoever selects: all pages would tell more than was meant.
const PageSelection = Type.Array(Type.String({ minLength: 1, maxLength: 20 }), {
  minItems: 1,
  maxItems: 100,
  description: 'Pages to send, in this order, such as ["1-5", "2"]. Absent: all.',
})

export const DocumentBody = Closed(
  {
    upload: Type.Optional(Type.String({ maxLength: 64, description: 'Id of an upload, doc_….' })),
    data: Type.Optional(
      Type.String({ minLength: 1, description: 'The file in base64; a data-URI prefix is tolerated.' }),
    ),
    url: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2048,
        description: 'Public address the server fetches the file from.',
      }),
    ),
    fileName: Type.Optional(
      Type.String({ maxLength: 255, description: 'For people; the kind is told by content.' }),
    ),
    pages: Type.Optional(PageSelection),
  },
  {
    description:
      'A PDF, TIFF, PNG or JPEG: exactly one of "upload", "data" and "url". In a form: a file part.',
  },
)

const Line = (description: string) => Type.Optional(Type.String({ maxLength: 200, description }))

export const CoverBody = Closed(
  {
    subject: Line('Subject line.'),
    fromName: Line('Who sends it.'),
    toName: Line('Who shall get it.'),
    message: Type.Optional(Type.String({ maxLength: 4000, description: 'Comment; line breaks are kept.' })),
    templateId: Type.Optional(
      Type.String({ maxLength: 64, description: 'A cover page of the account, cov_….' }),
    ),
    returnCode: Type.Optional(
      Type.Boolean({
        description: "A QR code by which a reply finds this fax. Absent: the account's setting.",
      }),
    ),
  },
  { description: 'A generated first page. Only what is given here is printed on it.' },
)

const DOCUMENTS_MAX = 50

export const SendFaxBody = Closed(
  {
    to: Type.String({
      minLength: 1,
      maxLength: 40,
      description: 'Destination, E.164.',
      examples: ['+12025550100'],
    }),
    from: Type.Optional(Type.String({ maxLength: 40, description: "Caller id; absent: the account's." })),
    documents: Type.Optional(
      Type.Array(DocumentBody, {
        maxItems: DOCUMENTS_MAX,
        description: 'In the order they are sent; may be absent when there is a cover.',
      }),
    ),
    cover: Type.Optional(CoverBody),
    sendAt: Type.Optional({
      ...Time,
      description: 'When to send it, RFC 3339, UTC; absent or already past: at once.',
    }),
    priority: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 9,
        default: 5,
        description: 'Higher goes first when lines are taken.',
      }),
    ),
    resolution: Type.Optional(Type.Enum(['standard', 'fine', 'superfine'], { default: 'fine' })),
    paper: Type.Optional(Type.Enum(['letter', 'a4', 'legal'], { description: "Absent: the account's." })),
    renderMode: Type.Optional(
      Type.Enum(['auto', 'text', 'photo'], {
        default: 'auto',
        description: 'How grey becomes black and white.',
      }),
    ),
    tags: Type.Optional(
      Type.Array(
        Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9._:-]+$', examples: ['batch-7'] }),
        {
          maxItems: 20,
          description: 'Labels to find the fax by. They are not encrypted: no patient data.',
        },
      ),
    ),
    clientReference: Type.Optional(
      Type.String({ maxLength: 200, description: 'Your own id; kept encrypted.' }),
    ),
    patient: Type.Optional(Patient),
    purpose: Type.Optional(PurposeCode),
    allowNearMiss: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'The number is a slip away from the number of a confirmed recipient, and meant.',
      }),
    ),
    allowDuplicate: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Send it although the same document just went to that number.',
      }),
    ),
  },
  {
    examples: [
      {
        to: '+12025550100',
        documents: [{ fileName: 'referral.pdf', data: 'JVBERi0xLjcK…' }],
        cover: { subject: 'Referral', fromName: 'Clinic Giraffe', toName: 'Dr Okapi' },
        patient: { id: 'MRN-000000', display: 'Test Patient Zebra' },
        purpose: 'TREAT',
        tags: ['cardiology'],
      },
    ],
  },
)

/** The same request as a form: text fields are named by their JSON path, documents are file parts. */
export const SendFaxForm = Type.Object(
  {
    to: Type.String(),
    file: Type.Array(Type.String({ contentMediaType: 'application/octet-stream' }), {
      description: 'One part per document, in order; any field name will do.',
    }),
    'cover.subject': Type.Optional(Type.String()),
    'documents[0].pages': Type.Optional(Type.String({ description: 'Comma-separated, such as 1-5,2.' })),
    'patient.id': Type.Optional(Type.String()),
    purpose: Type.Optional(Type.String()),
    tags: Type.Optional(Type.Array(Type.String())),
  },
  {
    'x-streamed': true,
    description:
      'Fields of the JSON request by their path ("cover.subject", "documents[0].pages"), files as file parts.',
  },
)

export const AcceptedFax = Closed({
  id: Type.String(),
  jobId: Type.Integer({ description: 'The integer id iFax clients use.' }),
  status: Type.Enum(['scheduled', 'queued']),
  livemode: Type.Boolean(),
  createdAt: Time,
  sendAt: Type.Union([Time, Type.Null()]),
  hold: Type.Union([Type.Enum([...HOLD_REASONS]), Type.Null()], {
    description:
      'Why it waits for a person, who releases it with POST /v2/faxes/{id}/release; null: it goes.',
  }),
  warnings: Type.Array(Type.String(), {
    description: 'Sentences about what was taken as it was, and might surprise.',
  }),
  links: Closed({
    self: Type.String(),
    attempts: Type.String(),
    events: Type.String(),
    content: Type.String(),
  }),
})

export const ResendBody = Closed({
  allowDuplicate: Type.Optional(
    Type.Boolean({ description: 'Needed when the fax may have arrived (outcome_unknown) or was delivered.' }),
  ),
})

export const OutcomeBody = Closed({
  arrived: Type.Boolean({ description: 'Whether the recipient has all of it.' }),
})
