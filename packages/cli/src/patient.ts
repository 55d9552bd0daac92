import { UsageError } from './failures.ts'
import { readGiven } from './given-text.ts'
import { printable } from './printable.ts'

/** Whose papers a fax is. */
export interface Patient {
  readonly id: string
  readonly display?: string
}

/** For `parseArgs`. */
export const PATIENT_OPTIONS = {
  patient: { type: 'string' },
  'patient-file': { type: 'string' },
  'patient-name': { type: 'string' },
} as const

type Given = { readonly [Name in keyof typeof PATIENT_OPTIONS]?: string | undefined }

/**
 * From `--patient`, or from `--patient-file`, which keeps the id off the command line.
 * @throws UsageError for both, and for a name alone; UnreadableFile
 */
export async function readPatient(options: Given): Promise<Patient | undefined> {
  const { patient, 'patient-file': file, 'patient-name': display } = options
  if (patient !== undefined && file !== undefined)
    throw new UsageError('Give the patient once: --patient ID or --patient-file FILE.')
  const id = file === undefined ? patient : await readGiven(file, { what: 'patient id', isSecret: false })
  if (id === undefined && display !== undefined)
    throw new UsageError('A patient is known by --patient ID or --patient-file FILE; the name is for people.')
  if (id === undefined) return undefined
  return display === undefined ? { id } : { id, display }
}

/**
 * @param patient as the API answers; null also for a key that may not know
 * @param given what was said just now
 */
export function describePatient(patient: Patient | null, given: Patient | null | undefined): string {
  if (patient === null && given) return 'kept; this key may not read it'
  if (patient === null) return "nobody's, or this key may not read it"
  return printable(patient.display === undefined ? patient.id : `${patient.id}  ${patient.display}`)
}
