import Type from 'typebox'
import { Closed } from './common.ts'

const fields = {
  title: Type.Optional(Type.String({ maxLength: 120 })),
  organisation: Type.Optional(Type.String({ maxLength: 120 })),
  addressLines: Type.Optional(Type.Array(Type.String({ maxLength: 120 }), { maxItems: 6 })),
  logo: Type.Optional(
    Type.String({ maxLength: 360_000, description: 'A PNG of at most 256 KiB in base64.' }),
  ),
  confidentiality: Type.Optional(
    Type.String({ maxLength: 2000, description: 'Absent: the built-in text; empty: none.' }),
  ),
  rows: Type.Optional(
    Type.Array(Type.Enum(['to', 'from', 'date', 'pages', 'subject']), { uniqueItems: true }),
  ),
  accent: Type.Optional(Type.Enum(['rule', 'band', 'plain'])),
}

export const CoverPageBody = Closed(fields, {
  examples: [{ title: 'Fax', organisation: 'Clinic Giraffe', addressLines: ['1 Sample Street'] }],
})

export const CoverPage = Closed({ id: Type.String(), ...fields })
export const CoverPageList = Closed({ data: Type.Array(CoverPage), nextCursor: Type.Null() })
