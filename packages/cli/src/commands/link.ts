import type { CommandLine, Options } from '../command-line.ts'
import { describeFax } from '../describe.ts'
import { UsageError } from '../failures.ts'
import type { Fax } from '../fax.ts'
import { describeInbound, type Inbound } from '../inbound.ts'
import { describePatient, type Patient, readPatient } from '../patient.ts'
import { clientOf, onePositional, print } from './command.ts'

type Linked<T> = T & { readonly patient: Patient | null }

/** `answerback link ID`: whose papers a sent fax is and why it went, said after it was sent. */
export async function link(line: CommandLine): Promise<number> {
  const id = onePositional(line, 'fax id')
  if (id.startsWith('inb_'))
    throw new UsageError(`That is a received fax: answerback inbox link ${id.slice(0, 40)}.`)
  const { purpose, 'reply-to': replyTo } = line.options
  if (replyTo !== undefined)
    throw new UsageError('--reply-to is of received faxes: answerback inbox link ID --reply-to FAX.')
  const papers = await readPapers(line.options)
  const body = { ...papers, ...(purpose !== undefined && { purpose: purpose === 'none' ? null : purpose }) }
  if (Object.keys(body).length === 0)
    throw new UsageError('Say whose it is, why it went, or both: --patient-file FILE|-, --purpose CODE|none.')
  const path = `/v2/faxes/${encodeURIComponent(id)}/link`
  const fax = await clientOf(line).post<Linked<Fax> & { readonly purpose: string | null }>(path, body)
  const said = `  patient  ${describePatient(fax.patient, papers.patient)}\n  purpose  ${fax.purpose ?? 'nobody said'}\n`
  return print(line, fax, describeFax(fax) + said)
}

/** `answerback inbox link ID`: whose papers a received fax is, and which sent fax it answers. */
export async function linkReceived(line: CommandLine): Promise<number> {
  const id = onePositional(line, 'received fax id')
  const { purpose, 'reply-to': replyTo } = line.options
  if (purpose !== undefined) throw new UsageError('--purpose is of sent faxes: answerback link ID.')
  const papers = await readPapers(line.options)
  const body = { ...papers, ...(replyTo !== undefined && { replyTo: replyTo === 'none' ? null : replyTo }) }
  if (Object.keys(body).length === 0)
    throw new UsageError('Say whose it is, or what it answers: --patient-file FILE|-, --reply-to FAX|none.')
  const path = `/v2/inbound/${encodeURIComponent(id)}/link`
  const inbound = await clientOf(line).post<Linked<Inbound>>(path, body)
  const said = `  patient  ${describePatient(inbound.patient, papers.patient)}\n`
  return print(line, inbound, describeInbound(inbound) + said)
}

/** What is left out stays as it is; `null` takes the patient away. */
async function readPapers(options: Options): Promise<{ readonly patient?: Patient | null }> {
  const patient = await readPatient(options)
  if (!options['no-patient']) return patient === undefined ? {} : { patient }
  if (patient !== undefined) throw new UsageError('Give a patient or --no-patient.')
  return { patient: null }
}
