import { type CoverFields, drawableFields } from './fields.ts'
import { coverFont } from './font.ts'

/**
 * Checks that a cover sheet can be drawn from the fields, so that a sender hears it when the fax is handed in and not
 * when it is rendered. Throws `DocumentRefusal` `cover.invalid` naming the field.
 */
export function checkCoverFields(fields: CoverFields): void {
  drawableFields(fields, coverFont().hasGlyph)
}
