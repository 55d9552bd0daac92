import Type from 'typebox'
import { Closed, Nullable, Time } from './common.ts'

export const Upload = Closed({
  id: Type.String(),
  mediaType: Type.String({ description: 'Told by content.' }),
  byteCount: Type.Integer(),
  pageCount: Nullable(Type.Integer()),
  sha256: Nullable(Type.String(), 'Of the bytes as received, in hex.'),
  createdAt: Time,
  expiresAt: Nullable(Time, 'When it is deleted unless a fax uses it by then; null once one does.'),
})

const PageEstimate = Closed({
  number: Type.Integer(),
  kind: Type.String(),
  estimatedSeconds: Type.Number({ description: 'On the line at 14,400 bit/s.' }),
})

export const Estimate = Closed({
  pageCount: Type.Integer(),
  estimatedSeconds: Type.Number(),
  pages: Type.Array(PageEstimate),
})

export const UploadCreated = Type.Object(
  { ...Upload.properties, estimate: Type.Optional(Estimate) },
  { additionalProperties: false },
)

export const UploadQuery = Closed({
  estimate: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'Also render it and tell the seconds each page takes on the line.',
    }),
  ),
  fileName: Type.Optional(Type.String({ maxLength: 255, description: 'For a raw body.' })),
})

/** A form with one file part, or the bytes themselves. */
export const UploadForm = Type.Object(
  { file: Type.String({ contentMediaType: 'application/octet-stream' }) },
  { 'x-streamed': true, required: ['file'] },
)
export const RawDocument = Type.String({ contentMediaType: 'application/octet-stream', 'x-streamed': true })
