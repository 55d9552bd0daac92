const YEAR = '([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)'
const TIME = '([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]+)?'
const DAY = '(0[1-9]|1[0-2])-(0[1-9]|[1-2][0-9]|3[0-1])'
const ZONE = '(Z|(\\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))'
const TEXT = '[ \\r\\n\\t\\S]+'

/** What a string of each type must look like: https://hl7.org/fhir/R4/datatypes.html#primitive */
const STRINGS: Readonly<Record<string, string>> = {
  base64Binary: '(\\s*([0-9a-zA-Z+/=]){4}\\s*)+',
  canonical: '\\S+',
  code: '[^\\s]+(\\s[^\\s]+)*',
  date: `${YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1]))?)?`,
  dateTime: `${YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1])(T${TIME}${ZONE})?)?)?`,
  id: '[A-Za-z0-9\\-.]{1,64}',
  instant: `${YEAR}-${DAY}T${TIME}${ZONE}`,
  markdown: TEXT,
  oid: 'urn:oid:[0-2](\\.(0|[1-9][0-9]*))+',
  string: TEXT,
  time: TIME,
  uri: '\\S+',
  url: '\\S+',
  uuid: 'urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  xhtml: '<div[\\s\\S]*</div>',
}
const PATTERNS = new Map(Object.entries(STRINGS).map(([type, shape]) => [type, new RegExp(`^(?:${shape})$`)]))
/** "Strings SHOULD NOT contain Unicode character points below 32, except for …" */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/

const NUMBERS: Readonly<Record<string, (value: number) => boolean>> = {
  decimal: Number.isFinite,
  integer: Number.isInteger,
  positiveInt: (value) => Number.isInteger(value) && value > 0,
  unsignedInt: (value) => Number.isInteger(value) && value >= 0,
}

export function isPrimitive(type: string): boolean {
  return type === 'boolean' || PATTERNS.has(type) || type in NUMBERS
}

export function isOfPrimitive(type: string, value: unknown): boolean {
  if (type === 'boolean') return typeof value === 'boolean'
  if (type in NUMBERS) return typeof value === 'number' && NUMBERS[type]!(value)
  return typeof value === 'string' && PATTERNS.get(type)!.test(value) && !CONTROL.test(value)
}
