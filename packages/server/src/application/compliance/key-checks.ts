import type { GuardedFile } from '../../ports/installation.ts'
import { type Check, fail, inProduction, noneOf, notApplicable, pass } from './check.ts'

const OTHERS = 0o077

/** Files that group or others may do anything with. */
function openToOthers(files: readonly GuardedFile[]): string[] {
  return files
    .filter(({ mode }) => mode !== null && (mode & OTHERS) !== 0)
    .map(({ what, mode }) => `${what} (${(mode! & 0o777).toString(8).padStart(4, '0')})`)
}

/** 164.312(a)(2)(iv) and the safe harbour of 164.402: keys apart from what they open, and files nobody else reads. */
export const KEY_CHECKS: readonly Check[] = [
  {
    id: 'keys.apart',
    title: 'The master key lies apart from the data',
    citations: ['164.312(a)(2)(iv)', '164.402'],
    judge: inProduction(({ installation }) =>
      installation.keysInsideData
        ? fail(
            'The key folder is inside the data folder.',
            'Move it and set ANSWERBACK_KEY_FOLDER; keep it out of the backups of the data.',
          )
        : pass('The key folder is outside the data folder.'),
    ),
  },
  {
    id: 'keys.modes',
    title: 'Nobody but the server reads the master key',
    citations: ['164.312(a)(1)', '164.312(a)(2)(iv)'],
    judge: ({ installation: { keyFiles } }) =>
      noneOf(
        openToOthers(keyFiles),
        'Folder and files are the owner’s alone.',
        'Open to others',
        'chmod 0700 the key folder and 0600 the files in it.',
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
        'chmod 0700 the data folder.',
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
  {
    id: 'database.at_rest',
    title: 'The disks under the database are encrypted',
    citations: ['164.312(a)(2)(iv)'],
    judge: () =>
      notApplicable(
        'The operator’s duty, which this program cannot see: content, names and numbers are sealed by us, times and statuses are not. See docs/compliance/operator-security.md.',
      ),
  },
]
