import { parseArgs } from 'node:util'
import { UsageError } from './failures.ts'
import { PATIENT_OPTIONS } from './patient.ts'
import { PROVIDER_OPTIONS } from './provider-flags.ts'
import { TRUNK_OPTIONS } from './trunk-flags.ts'

export const USAGE = `answerback: send faxes and see what became of them, and read those that came in

  answerback send FILE… --to NUMBER [--wait]   send a fax; --wait shows its pages go
      --cover FIELD=TEXT (repeatable: subject, from_name, to_name, message, template)
      --from NUMBER  --at TIME (RFC 3339)  --resolution standard|fine|superfine
      --priority 0-9  --tag TAG (repeatable)  --allow-duplicate
      --patient ID | --patient-file FILE|- [--patient-name NAME]: whose papers they are
      --purpose CODE: why they are sent, such as TREAT
      --return-code: the cover sheet carries a code by which a reply is known
  answerback status ID [--frames]               one fax and its attempts; --frames: what went over the line
  answerback list [--status STATUS] [--to NUMBER] [--tag TAG] [--limit N]
  answerback cancel ID
  answerback link ID [--patient ID | --patient-file FILE|- | --no-patient] [--patient-name NAME] [--purpose CODE|none]
                                                whose papers a sent fax is, and why it went, said afterwards
  answerback disclosures [--patient ID | --patient-file FILE|- | --unlinked] [--accountable true|false] [--to NUMBER]
      [--reference TEXT] [--since TIME] [--until TIME] [--limit N] [--output FILE]
                                                what left, when, to whom and why: for a patient who asks; FILE: as a table (CSV)
  answerback inbox [list] [--mark MARK] [--mailbox ID] [--assignee WHO|none] [--from NUMBER] [--to NUMBER] [--limit N]
  answerback inbox search WORDS…                faxes on whose pages all these words stand
  answerback inbox open ID | download ID [--output FILE] [--format pdf|tiff|png] [--page N]
  answerback inbox assign ID WHO | assign ID --release | mark ID new|in_review|done|spam [--reason TEXT]
  answerback inbox link ID [--patient ID | --patient-file FILE|- | --no-patient] [--patient-name NAME] [--reply-to FAX|none]
  answerback trigger fax.received [--file FILE] [--to NUMBER] [--from NUMBER] [--machine NAME]
                                                a simulated machine calls in and faxes it (test mode)
  answerback trigger EVENT                      a sample event to the webhooks that want it (test mode)
  answerback keys list | create --name NAME [--scope SCOPE…] | rotate ID | revoke ID
  answerback trunk list | test ID | remove ID   SIP trunks (with the live key)
  answerback trunk add --name NAME --host HOST --registration register|static [--username NAME --secret-file FILE|-] …
  answerback trunk change ID …                  the same flags; docs/guides/connect-a-trunk.md lists them
  answerback trunk acknowledge ID --media-protection none|vpn|private_interconnect
  answerback provider list | show ID | test ID | rotate-hook ID | remove ID
                                                others whose lines carry faxes, such as iFax (with the live key)
  answerback provider add --name NAME --api-key-file FILE|- [--hook-auth-file FILE|-] [--base-url URL] [--caller-id NUMBER]
      [--concurrency N] [--simulated true|false] [--enabled true|false]
  answerback provider change ID …               the same flags; --caller-id none, --no-hook-auth
  answerback line [sip|ifax]                    how live faxes leave: over the trunks, or through the provider
  answerback reconcile [status] | now           whether the provider's records agree with ours; exit code 1: a person must look
  answerback reconcile contradictions [--resolved true|false] [--limit N] | resolve ID
  answerback audit export FILE                  the account's audit and all that proves it
  answerback audit verify FILE [--key VERIFIER_KEY] [--checkpoints FILE]
                                                offline: exit code 0 only if nothing was changed
  answerback doctor [--production]              checks of the installation and the account, each with its fix;
                                                exit code 1 when one fails
  answerback compliance bundle FILE             the same as a signed zip file, with settings, safeguards and agreements
  answerback audit checkpoint                   the last signed checkpoint and the key to check it with: keep both elsewhere
  answerback vault status | rotate account      the keys that everything is encrypted with
  answerback vault rotate master | retire KEY | scrub [--config FILE]
                                                for who runs the machine: docs/explanation/keys.md
  answerback export FOLDER                      all the key's account holds: faxes as PDF/A and TIFF, JSON, events, audit
  answerback account close ID --export FOLDER [--shred]
                                                ends its keys, people, faxes, numbers and webhooks; --shred destroys its faxes
  answerback backup FILE|FOLDER [--recipient KEY…]
                                                all of the installation in one encrypted file, while the server works
  answerback backup key FILE                    a recovery key: backup takes its public half, restore and drill take FILE
  answerback restore FILE [--identity FILE] [--destroyed FILE|none]
                                                into an empty installation; what had not been sent waits for a person, and what was
                                                shredded since, by the list beside the backup, is destroyed again
  answerback drill FILE [--identity FILE] [--scratch FOLDER]
                                                restores to a scratch place, compares everything, and leaves nothing behind
  answerback setup --name NAME [--owner EMAIL] [--config FILE]
                                                the first account of a production server
  answerback setup --account ID --owner EMAIL   invite one more owner, where none can sign in any more
  answerback serve [--config FILE]              the production server

Everywhere: --json (machine-readable), --live (the live key of a local server),
            --url URL and --key KEY (or ANSWERBACK_URL and ANSWERBACK_KEY)
FILE|-: of secrets and patient ids, which every user of the machine would see on a command line; - asks, or reads a pipe.
Without them the server started by ./start is used (ANSWERBACK_PORT, ANSWERBACK_DATA).
`

const OPTIONS = {
  to: { type: 'string' },
  from: { type: 'string' },
  cover: { type: 'string', multiple: true },
  at: { type: 'string' },
  resolution: { type: 'string' },
  priority: { type: 'string' },
  tag: { type: 'string', multiple: true },
  ...PATIENT_OPTIONS,
  'no-patient': { type: 'boolean' },
  purpose: { type: 'string' },
  'allow-duplicate': { type: 'boolean' },
  wait: { type: 'boolean' },
  status: { type: 'string' },
  limit: { type: 'string' },
  name: { type: 'string' },
  scope: { type: 'string', multiple: true },
  config: { type: 'string' },
  owner: { type: 'string' },
  account: { type: 'string' },
  frames: { type: 'boolean' },
  'reply-to': { type: 'string' },
  reference: { type: 'string' },
  accountable: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  unlinked: { type: 'boolean' },
  resolved: { type: 'string' },
  'return-code': { type: 'boolean' },
  mark: { type: 'string' },
  mailbox: { type: 'string' },
  assignee: { type: 'string' },
  release: { type: 'boolean' },
  reason: { type: 'string' },
  output: { type: 'string' },
  format: { type: 'string' },
  page: { type: 'string' },
  file: { type: 'string' },
  machine: { type: 'string' },
  'secret-file': { type: 'string' },
  'media-protection': { type: 'string' },
  checkpoints: { type: 'string' },
  recipient: { type: 'string', multiple: true },
  identity: { type: 'string' },
  destroyed: { type: 'string' },
  scratch: { type: 'string' },
  export: { type: 'string' },
  shred: { type: 'boolean' },
  production: { type: 'boolean' },
  ...TRUNK_OPTIONS,
  ...PROVIDER_OPTIONS,
  json: { type: 'boolean' },
  live: { type: 'boolean' },
  url: { type: 'string' },
  key: { type: 'string' },
} as const

export type Options = ReturnType<typeof parse>['values']

export interface CommandLine {
  readonly positionals: readonly string[]
  readonly options: Options
}

/** @throws UsageError for an option that does not exist or lacks its value */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  try {
    const { positionals, values } = parse(argv)
    return { positionals, options: values }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'The command line cannot be read.')
  }
}

function parse(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true })
}
