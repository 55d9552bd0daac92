import type { GuardedFile } from '../../ports/installation.ts'
import { type Check, fail, inProduction, noneOf, notApplicable, pass } from './check.ts'

const OTHERS = 0o077
/** A group of their own may read keys of certificates, as Debian's `ssl-cert` does. */
const MORE_THAN_READ_BY_GROUP = 0o037

/** Files that others may do anything with. */
function openToOthers(files: readonly GuardedFile[], mask = OTHERS): string[] {
  return files
    .filter(({ mode, isForeign }) => mode !== null && ((mode & mask) !== 0 || isForeign))
    .map(({ what, mode, isForeign }) => `${what} (${isForeign ? 'another user’s' : octal(mode!)})`)
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0')
}

/** 164.312(a)(2)(iv) and the safe harbour of 164.402: keys apart from what they open, and files nobody else reads. */
export const KEY_CHECKS: readonly Check[] = [
  {
    id: 'keys.apart',
    title: 'The master key lies apart from the data',
    citations: ['164.312(a)(2)(iv)', '164.402'],
    judge: inProduction(({ installation: { keysInsideData, masterKey } }) => {
      if (keysInsideData)
        return fail(
          'A key file is inside the data folder.',
          'Move it and set ANSWERBACK_KEY_FOLDER; keep it out of the backups of the data.',
        )
      return pass(
        masterKey === null ? 'A key service holds it.' : 'The key folder is outside the data folder.',
      )
    }),
  },
  {
    id: 'keys.opens',
    title: 'The master key is there, and opens what it wrapped',
    citations: ['164.312(a)(2)(iv)'],
    judge: ({ installation: { masterKey }, keys }) => {
      if (masterKey?.mode === null)
        return fail(
          'The key file is not there: the server has it in memory, and would not start again.',
          'Put master.json back from its copy before the server stops (docs/compliance/key-ceremony.md).',
        )
      return keys.opens
        ? pass('It was tried just now.')
        : fail(
            'It does not open the account’s key.',
            'Put back the key file of this installation, or mend the way to the key service.',
          )
    },
  },
  {
    id: 'keys.modes',
    title: 'Nobody but the server reads the master key',
    citations: ['164.312(a)(1)', '164.312(a)(2)(iv)'],
    judge: ({ installation: { keyFiles } }) =>
      keyFiles.every(({ mode }) => mode === null)
        ? notApplicable('There is no key folder.')
        : noneOf(
            openToOthers(keyFiles),
            'Folder and files are the owner’s alone.',
            'Open to others',
            'Make them the server’s own user’s (chown), chmod 0700 the key folder and 0600 the files in it.',
          ),
  },
  {
    id: 'files.data',
    title: 'Nobody but the server reads the data folder',
    citations: ['164.310(d)(1)', '164.312(a)(1)'],
    judge: ({ installation: { dataFiles } }) =>
      noneOf(
        openToOthers(dataFiles),
        'The folder is the owner’s alone.',
        'Open to others',
        'Make it the server’s own user’s (chown), and chmod 0700 it.',
      ),
  },
  {
    id: 'files.secrets',
    title: 'Nobody but the server reads its configuration and the keys of its certificates',
    citations: ['164.312(a)(1)', '164.312(d)'],
    judge: inProduction(({ installation: { secretFiles } }) =>
      secretFiles.length === 0
        ? notApplicable('No file with a secret is named.')
        : noneOf(
            openToOthers(secretFiles, MORE_THAN_READ_BY_GROUP),
            `All ${secretFiles.length} are closed to others.`,
            'Open to others',
            'chmod 0600 them, or 0640 with a group of their own; give new ones if others may have read them.',
          ),
    ),
  },
  {
    id: 'files.credentials',
    title: 'No keys in clear text lie about',
    citations: ['164.312(d)'],
    judge: ({ standard, installation: { credentialsFile } }) => {
      if (credentialsFile.mode === null) return pass('There is no credentials file.')
      if (standard === 'production')
        return fail(
          'The credentials file of the development profile is there.',
          'Revoke its keys, then delete credentials.json.',
        )
      return noneOf(
        openToOthers([credentialsFile]),
        'The owner’s alone.',
        'Open to others',
        'chmod 0600 credentials.json.',
      )
    },
  },
]
